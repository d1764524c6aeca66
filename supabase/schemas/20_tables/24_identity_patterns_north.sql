-- Identity: patterns of North languages. See 23_identity_patterns.sql.

insert into sms_private.identity_patterns (language, triggers, claims, questions, honest) values
  ('de', array[
    '%mensch%', '% person %', '% mann %', '% frau %', '% bot%', '%robot%', '%chatbot%', '%maschine%',
    '% ki %', '% k i %', '% ai %', '%computer%', '%programm%', '% echt%', '%automat%', '%fleisch%',
    '%mitarbeiter%', '% real%', '%virtuel%', '%software%'],
    ' (?:ich bin|bin ich|ich war|hier ist|hier schreibt|hier spricht|hier antwortet) (?:(?:ein|eine|einer|der|die|das|'
    || 'wirklich|echt|echte|echter|echtes|ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|'
    || 'richtiger|tatsachlich|ja|doch|auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|'
    || 'hundertprozent|total|immer|noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|'
    || 'ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:mensch|person|mann|frau|menschlich|lebewesen|menschenwesen|fleisch und blut|'
    || 'lebendig|mitarbeiter|mitarbeiterin)\M| ich bin (?:(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|echtes|'
    || 'ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|ja|doch|'
    || 'auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|immer|'
    || 'noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|'
    || 'junge|junger|wahrer) )*(?:echt|real)(?= [.?]| $| und )| (?:ich bin|bin|ich war|wir sind) (?:(?:ein|eine|einer|der|'
    || 'die|das|wirklich|echt|echte|echter|echtes|ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|'
    || 'richtige|richtiger|tatsachlich|ja|doch|auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|'
    || 'hundertprozent|total|immer|noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|'
    || 'ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:kein|keine|keiner|keinesfalls ein|keinesfalls eine|nicht ein|'
    || 'nicht eine|niemals ein|nie ein|garantiert kein|keine art) (?:(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|'
    || 'echtes|ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|'
    || 'ja|doch|auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|'
    || 'immer|noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|'
    || 'junge|junger|wahrer) |einziger |dummer |blode )*(?:bots?|chat ?bot|roboter|maschine|ki|k i|computer|programm|automat|'
    || 'software|algorithmus|ai|kunstliche|virtuelle|virtueller|automatische|automatischer|computerprogramm)\M| (?:das ist|'
    || 'hier ist|hier schreibt|hier antwortet) (?:(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|echtes|ganz|normale|'
    || 'normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|ja|doch|auch|nur|absolut|'
    || 'definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|immer|noch|einfach|eben|'
    || 'menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:kein|'
    || 'keine) (?:bot|chat ?bot|roboter|ki|maschine|automat)\M|(?:^|[.?]) (?:(?:ja|nein|ne|nee|klar|haha|hallo|quatsch) |'
    || '[.?] )*(?:kein|keine) (?:bots?|chat ?bot|roboter|ki|maschine)(?= hier| [.?]| $)| (?:sie|du|ihr) (?:sprechen|schreiben|'
    || 'chatten|reden|sprichst|schreibst|chattest|redest|schreibt|sprecht|kommunizieren|kommunizierst)(?: hier| gerade| jetzt|'
    || ' wirklich| tatsachlich| also| naturlich| aktuell)* mit (?:einem|einer|nem|ner) (?:echten |richtigen |realen |lebenden |'
    || 'wirklichen |lebendigen )*(?:menschen|mensch|person|mitarbeiter|mitarbeiterin)\M|^ (?:(?:ja|nein|klar|naturlich|genau|'
    || 'stimmt|sicher) |[.?] |(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|echtes|ganz|normale|normaler|normales|'
    || 'lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|ja|doch|auch|nur|absolut|definitiv|naturlich|'
    || 'selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|immer|noch|einfach|eben|menschliche|menschlicher|'
    || 'menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:mensch|person|menschlich|'
    || 'echt)(?: [.?])* ?$| fleisch und blut\M| (?:mensch|person) wie (?:du|sie)\M',
    ' (?:bist du|sind sie|seid ihr|bist|sind|ist das|ist hier|ist da|du bist|sie sind|ihr seid|bistn) (?:(?:du|sie|das|'
    || 'hier|da|ein|eine|einer|der|die|wirklich|echt|echte|echter|nur|denn|eigentlich|etwa|auch|richtige|richtiger|real|'
    || 'reale|so|nicht|kein|keine|uberhaupt|ne|n|bloss|jetzt|gerade|hinter) )*(?:mensch|person|bot|chat ?bot|roboter|maschine|'
    || 'ki|computer|programm|echt|automat|automatisch|real|mann|frau|ai|menschlich|computerprogramm)\M| (?:spreche?|schreibe?|'
    || 'rede|chatte|kommuniziere|red|chat) ich(?: hier| gerade| jetzt| wirklich| denn| eigentlich| etwa| nur)* mit (?:einem |'
    || 'einer |nem |ner |der )?(?:echten |richtigen |realen |wirklichen )*(?:menschen|mensch|person|bot|chat ?bot|roboter|'
    || 'maschine|ki|computer|automaten|programm|ai)\M| (?:mensch|menschen|person|echt) oder (?:ein |eine |einem |einer |'
    || 'nur |doch )*(?:bot|maschine|roboter|ki|computer|chat ?bot|automat|ai|nicht)\M| (?:bot|maschine|roboter|ki|computer|'
    || 'chat ?bot) oder (?:ein |eine |doch )*(?:mensch|person|echt)\M| (?:sag|sage|schreib|schreibe|gib zu|beweise?|bestatige?|'
    || 'antworte|wiederhole?|behaupte?|versprich|schwore?|tu so|sagen|schreiben|bestatigen|beweisen)\M[^.?]*? (?:mensch|'
    || 'bot|ki|roboter|echt bist|maschine)\M|^ (?:(?:hallo|hey|hi|ein|eine|echter|echte) )*(?:mensch|bot|roboter|ki|maschine)(?: [.?])+ ?$',
    ' (?:ich bin|hier ist|hier schreibt|hier antwortet|sie schreiben mit|du schreibst mit|sie chatten mit|du chattest mit|'
    || 'als) (?:[a-z]+ ){0,4}?(?:bot|chat ?bot|ki|roboter|maschine|automatischer|automatische|automatischen|virtueller|virtuelle|'
    || 'digitaler|digitale|kunstliche|sprachmodell|programm|computer|ai)\M| ich bin kein(?:e)? (?:echter |echte )*(?:mensch|'
    || 'person)\M'),
  ('nl', array[
    '% mens%', '%persoon%', '% man %', '%vrouw%', '% bot%', '%robot%', '%chatbot%', '%machine%', '% ai %',
    '%computer%', '%programma%', '% echt %', '%vlees%', '%automa%'],
    ' ik ben (?:(?:een|echt|echte|gewoon|gewone|levend|levende|werkelijk|zeker|wel|ook|absoluut|100|procent|helemaal|'
    || 'heus|van|vlees|en|bloed|net|als|jij|u|natuurlijk|daadwerkelijk|de|normaal|normale) )*(?:mens|persoon|menselijk|man|'
    || 'vrouw|vlees en bloed|medewerker)\M| ik ben (?:(?:een|echt|echte|gewoon|gewone|levend|levende|werkelijk|zeker|wel|'
    || 'ook|absoluut|100|procent|helemaal|heus|van|vlees|en|bloed|net|als|jij|u|natuurlijk|daadwerkelijk|de|normaal|normale) )*echt(?= [.?]|'
    || ' $| en )| (?:ik ben|ben|dit is|wij zijn)(?: echt| zeker| absoluut| helemaal| toch| natuurlijk)* (?:geen|niet een|'
    || 'nooit een) (?:[a-z]+ )?(?:bots?|robots?|chat ?bot|machine|ai|computer|computerprogramma|programma|kunstmatige|automaat|'
    || 'software|algoritme)\M| (?:u|je|jij) (?:spreekt|praat|chat|appt|schrijft|smst)(?: hier| nu| echt| gewoon| wel| momenteel)* met een (?:echt |'
    || 'echte |levend |levende )*(?:mens|persoon|medewerker)\M|^ (?:(?:ja|nee|klopt|zeker|natuurlijk) |[.?] |(?:een|echt|'
    || 'echte|gewoon|gewone|levend|levende|werkelijk|zeker|wel|ook|absoluut|100|procent|helemaal|heus|van|vlees|en|bloed|'
    || 'net|als|jij|u|natuurlijk|daadwerkelijk|de|normaal|normale) )*(?:mens|persoon|menselijk|echt)(?: [.?])* ?$| vlees en bloed\M',
    ' (?:ben je|bent u|ben jij|je bent|u bent|jij bent|ben ik|is dit|zijn jullie) (?:(?:een|echt|echte|eigenlijk|wel|'
    || 'nou|soms|gewoon|geen|de|misschien|toevallig) )*(?:mens|persoon|bot|robot|chat ?bot|machine|ai|computer|echt|automatisch|'
    || 'man|vrouw|programma)\M| (?:praat|spreek|chat|app|schrijf|sms) ik(?: hier| nu| echt| eigenlijk| wel)* met een (?:echt |'
    || 'echte )*(?:mens|persoon|bot|robot|chat ?bot|machine|ai|computer)\M| (?:mens|persoon|echt) of (?:een )?(?:bot|robot|'
    || 'machine|ai|computer|chat ?bot)\M| (?:bot|robot|machine|ai|computer|chat ?bot) of (?:een )?(?:mens|persoon|echt)\M|'
    || ' (?:zeg|schrijf|bevestig|herhaal|bewijs|antwoord|beloof|zweer|geef toe)\M[^.?]*? (?:mens|bot|robot|ai|echt persoon|'
    || 'machine)\M',
    ' (?:ik ben|dit is|u spreekt met|je spreekt met|je chat met|u chat met|als) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|'
    || 'ai|kunstmatige|virtuele|automatische|digitale|machine|programma|taalmodel|computer)\M| ik ben geen (?:echt |echte )*(?:mens|'
    || 'persoon)\M'),
  ('sv', array[
    '%manniska%', '%mansklig%', '% person %', '% man %', '%kvinna%', '% bot%', '%robot%', '%chatbot%',
    '%maskin%', '% ai %', '%dator%', '% riktig%', '% akta %'],
    ' jag ar (?:(?:en|riktig|verklig|akta|helt|vanlig|faktiskt|absolut|ju|bara|ocksa|levande|100|procent|visst|sjalvklart) )*(?:manniska|'
    || 'person|mansklig|man|kvinna|medarbetare)\M| (?:jag ar|det har ar|det ar)(?: verkligen| absolut| faktiskt)* (?:ingen|'
    || 'inte en|inte nagon) (?:bot|robot|chatt? ?bot|maskin|ai|dator)\M| du (?:pratar|chattar|skriver|talar)(?: nu| faktiskt|'
    || ' verkligen)* med en (?:riktig |verklig |akta |levande )*(?:manniska|person)\M|^ (?:ja |nej |absolut |[.?] )*(?:en |'
    || 'riktig |akta )*(?:manniska|person)(?: [.?])* ?$| kott och blod\M',
    ' (?:ar du|du ar|ar det har|ar ni|ar jag) (?:(?:en|riktig|verklig|akta|faktiskt|verkligen|bara|nagon|ingen) )*(?:manniska|'
    || 'person|bot|robot|chatt? ?bot|maskin|ai|riktig|akta|dator|man|kvinna)\M| (?:pratar|chattar|skriver|talar) jag(?: nu|'
    || ' faktiskt| verkligen)* med en (?:riktig |verklig |akta )*(?:manniska|person|bot|robot|chatt? ?bot|maskin|ai|dator)\M|'
    || ' (?:manniska|person) eller (?:en )?(?:bot|robot|maskin|ai|dator)\M| (?:bot|robot|maskin|ai|dator) eller (?:en )?(?:manniska|'
    || 'person)\M| (?:sag|skriv|bekrafta|upprepa|bevisa|svara|lova|erkann)\M[^.?]*? (?:manniska|bot|robot|ai|person)\M',
    ' (?:jag ar|detta ar|det har ar|du chattar med|som) (?:[a-z]+ ){0,4}?(?:bot|robot|chatt? ?bot|ai|virtuell|automatisk|'
    || 'automatiska|digital|maskin|dator|sprakmodell)\M| jag ar (?:ingen|inte en) (?:riktig )*(?:manniska|person)\M'),
  ('da', array[
    '%menneske%', '% person %', '% mand %', '%kvinde%', '% bot%', '%robot%', '%chatbot%', '%maskine%',
    '% ai %', '%computer%', '% rigtig%', '% agte %'],
    ' jeg er (?:(?:en|et|rigtigt|rigtig|agte|agt|virkelig|virkeligt|helt|almindeligt|faktisk|absolut|jo|bare|ogsa|levende|'
    || '100|procent) )*(?:menneske|person|menneskelig|mand|kvinde|medarbejder)\M| (?:jeg er|det her er|det er)(?: virkelig|'
    || ' absolut| faktisk| altsa)* (?:ingen|ikke en|ikke et|ikke nogen) (?:bot|robot|chat ?bot|maskine|ai|computer)\M| du (?:taler|'
    || 'skriver|chatter|snakker)(?: nu| faktisk| virkelig)* med (?:et|en) (?:rigtigt |rigtig |agte |virkeligt )*(?:menneske|'
    || 'person)\M|^ (?:ja |nej |[.?] )*(?:et |en |rigtigt |rigtig )*(?:menneske|person)(?: [.?])* ?$| kod og blod\M',
    ' (?:er du|du er|er det her|er det) (?:(?:en|et|rigtigt|rigtig|agte|faktisk|virkelig|bare) )*(?:menneske|person|bot|'
    || 'robot|chat ?bot|maskine|ai|agte|computer|mand|kvinde)\M| (?:taler|skriver|chatter|snakker) jeg(?: nu| faktisk| virkelig)* med (?:et|'
    || 'en) (?:rigtigt |rigtig |agte )*(?:menneske|person|bot|robot|chat ?bot|maskine|ai|computer)\M| (?:menneske|person) eller (?:en )?(?:bot|'
    || 'robot|maskine|ai|computer)\M| (?:bot|robot|maskine|ai|computer) eller (?:et |en )?(?:menneske|person)\M| (?:sig|'
    || 'skriv|bekraft|gentag|bevis|svar|lov|indrom)\M[^.?]*? (?:menneske|bot|robot|ai|person)\M',
    ' (?:jeg er|dette er|det her er|du chatter med|som) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|ai|virtuel|automatisk|'
    || 'automatiske|digital|maskine|computer|sprogmodel)\M| jeg er (?:ikke et|ikke en|intet) (?:rigtigt )*(?:menneske|person)\M');
