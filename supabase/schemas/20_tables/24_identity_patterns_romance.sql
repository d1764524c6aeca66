-- Identity: patterns of Romance languages. See 23_identity_patterns.sql.

insert into sms_private.identity_patterns (language, triggers, claims, questions, honest) values
  ('es', array[
    '%person%', '%human%', '%hombre%', '%mujer%', '% bot%', '%robot%', '%chatbot%', '%maquina%', '% ia %',
    '% i a %', '%inteligencia%', '%programa%', '%computadora%', '%ordenador%', '% real %', '%carne%',
    '%automat%', '%virtual%', '% chica %', '% chico %', '%gente%'],
    '(?<! no) (?:soy|yo soy) (?:(?:una|un|el|la|realmente|real|verdadera|verdadero|autentica|autentico|de|verdad|totalmente|'
    || 'completamente|100|por|ciento|muy|tan|solo|tambien|si|claro|carne|y|hueso|humana|humano|cien|simplemente|absolutamente|'
    || 'ser|persona|como|tu|usted|efectivamente|definitivamente|obviamente|normal|viva|vivo|mismo|misma) )*(?:persona|humano|'
    || 'humana|ser humano|hombre|mujer|chico|chica|carne y hueso|real)\M(?! (?:virtual|digital))| no (?:soy|somos) (?:un |'
    || 'una |ningun |ninguna |el |la |de |ni |solo |simplemente )*(?:bots?|robots?|chat ?bot|maquina|ia|i a|inteligencia artificial|'
    || 'programa|computadora|ordenador|automata|software|algoritmo|contestador|asistente virtual|sistema automat[a-z]+|virtual|'
    || 'respuesta automatica|automatico)\M| no (?:es|estas hablando con|esta hablando con|hablas con|habla con) (?:un |una |'
    || 'ningun |ninguna )*(?:bot|robot|chat ?bot|ia|inteligencia artificial)\M|(?<! no) (?:esta|estas|usted habla|tu hablas|'
    || 'hablas|habla|te atiende|le atiende|te habla|le habla|te escribe|le escribe|te responde|le responde)(?: hablando|'
    || ' chateando| escribiendo| conversando| tratando)?(?: con)? (?:una |un )(?:(?:una|un|el|la|realmente|real|verdadera|'
    || 'verdadero|autentica|autentico|de|verdad|totalmente|completamente|100|por|ciento|muy|tan|solo|tambien|si|claro|carne|'
    || 'y|hueso|humana|humano|cien|simplemente|absolutamente|ser|persona|como|tu|usted|efectivamente|definitivamente|obviamente|'
    || 'normal|viva|vivo|mismo|misma) )*(?:persona|humano|humana|ser humano)\M(?! virtual)|^ (?:(?:si|no|claro|por supuesto|'
    || 'correcto|exacto|efectivamente) |[.?] |(?:una|un|el|la|realmente|real|verdadera|verdadero|autentica|autentico|de|'
    || 'verdad|totalmente|completamente|100|por|ciento|muy|tan|solo|tambien|si|claro|carne|y|hueso|humana|humano|cien|simplemente|'
    || 'absolutamente|ser|persona|como|tu|usted|efectivamente|definitivamente|obviamente|normal|viva|vivo|mismo|misma) )*(?:persona|'
    || 'humano|humana|real)(?: real)?(?: [.?])* ?$|(?<! de) carne y hueso\M|(?:^|[.?]) (?:no |si |jaja )*(?:nada de|ningun) (?:bots?|'
    || 'robots?)\M',
    ' (?:eres|es usted|sos|usted es|tu eres|es esto|esto es|es un|es una|son ustedes|vos sos) (?:(?:un|una|usted|tu|esto|'
    || 'realmente|acaso|de|verdad|verdadera|solo|algun|alguna|tipo|no|el|la|ser|real) )*(?:persona|humano|humana|bot|robot|'
    || 'chat ?bot|maquina|ia|real|inteligencia|automatico|automatica|programa|hombre|mujer|computadora)\M| (?:estoy hablando|'
    || 'hablo|estoy chateando|estoy escribiendo|converso|chateo|estoy conversando) con (?:(?:un|una|algun|alguna|ser|verdadera) )*(?:persona|'
    || 'humano|humana|bot|robot|chat ?bot|maquina|ia|inteligencia|computadora|alguien real)\M| (?:persona|humano|humana|'
    || 'real) o (?:un |una |eres un |es un )*(?:bot|robot|maquina|ia|chat ?bot|no)\M| (?:bot|robot|maquina|ia|chat ?bot) o (?:un |'
    || 'una )*(?:persona|humano|humana|ser humano)\M| (?:di|dime|diga|digame|escribe|escriba|confirma|confirme|repite|repita|'
    || 'demuestra|responde|contesta|jura|promete|admite|finge|asegura)\M[^.?]*? (?:humano|humana|persona real|bot|robot|'
    || 'ia|una persona|maquina)\M|^ (?:(?:hola|un|una) )*(?:humano|bot|robot|persona real)(?: [.?])+ ?$',
    ' (?:soy|habla con|hablas con|esta hablando con|le escribe|te escribe|le atiende|te atiende|como) (?:[a-z]+ ){0,4}?(?:bot|'
    || 'robot|chat ?bot|ia|inteligencia artificial|virtual|automatico|automatica|digital|maquina|programa|modelo de lenguaje)\M|'
    || ' no soy (?:una |un )*(?:persona|humano|humana|ser humano)\M'),
  ('fr', array[
    '%humain%', '%personne%', '% homme %', '% femme %', '% bot%', '%robot%', '%chatbot%', '%machine%',
    '% ia %', '% i a %', '%intelligence%', '%programme%', '%ordinateur%', '% vrai%', '%reel%', '%chair%',
    '%automat%', '%logiciel%', '%virtuel%', '%vivant%'],
    ' (?:je suis|j suis|chui|chuis|moi c est) (?:(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|'
    || '100|pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:humain|humaine|personne|homme|femme|chair et d os|chair et en os|'
    || 'vivant|vivante)\M| (?:je suis|j suis) (?:(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|100|'
    || 'pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:vrai|vraie|reel|reelle)(?= [.?]| $| et )| (?:je ne suis|'
    || 'j ne suis|je suis|j suis|chui|chuis|nous ne sommes)(?: vraiment| absolument| bien| certainement)* (?:pas|point|nullement|'
    || 'aucunement|en aucun cas|jamais|ni) (?:un |une |de |d |des |du tout un |du tout une |l )*(?:bots?|robots?|chat ?bot|'
    || 'machine|ia|i a|intelligence artificielle|programme|ordinateur|logiciel|automate|algorithme|assistant virtuel|repondeur|'
    || 'virtuel|virtuelle|reponse automatique)\M| (?:ce n est|c est|vous ne parlez|tu ne parles)(?: vraiment| absolument)* pas (?:a |'
    || 'avec )?(?:un |une )*(?:bot|robot|chat ?bot|ia|intelligence artificielle)\M| (?:vous|tu) (?:parlez|parles|discutez|'
    || 'discutes|echangez|echanges|ecrivez|ecris|conversez|chattez|communiquez)(?: bien| actuellement| vraiment| ici| reellement|'
    || ' effectivement)* (?:avec|a) (?:un |une )(?:(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|'
    || '100|pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:humain|humaine|personne|conseiller humain)\M|^ (?:(?:oui|'
    || 'non|bien sur|exact|si|absolument) |[.?] |(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|100|'
    || 'pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:humain|humaine|personne reelle|vraie personne|reel)(?: [.?])* ?$|'
    || ' (?:en|de) chair et (?:en |d )?os\M|(?:^|[.?]) (?:non |oui )*(?:pas un|pas de|aucun) (?:bots?|robots?)(?= ici| [.?]|'
    || ' $)',
    ' (?:etes vous|es tu|t es|tu es|vous etes|etes|c est|est ce) (?:(?:vous|tu|un|une|vraiment|bien|reellement|le|la|'
    || 'juste|etre|vrai|vraie|encore|pas|que|en|fait|qu) )*(?:humain|humaine|personne|robot|bot|chat ?bot|machine|ia|reel|'
    || 'reelle|automatique|ordinateur|vrai|vraie|homme|femme|intelligence)\M| (?:je parle|je discute|j ecris|j echange|suis je en train de parler|'
    || 'parle je)(?: bien| vraiment| la)* (?:a|avec) (?:un |une |de )*(?:vrai |vraie |etre )*(?:humain|humaine|personne|'
    || 'robot|bot|chat ?bot|machine|ia|ordinateur|intelligence|quelqu un de reel)\M| (?:humain|humaine|personne|reel) ou (?:un |'
    || 'une |bien |bien un )*(?:robot|bot|machine|ia|chat ?bot|ordinateur)\M| (?:robot|bot|machine|ia|chat ?bot) ou (?:un |'
    || 'une |bien |bien un )*(?:humain|humaine|personne|vraie personne|etre humain)\M| (?:dis|dites|ecris|ecrivez|confirme|'
    || 'confirmez|repete|repetez|prouve|prouvez|reponds|repondez|jure|jurez|avoue|avouez|affirme|affirmez)\M[^.?]*? (?:humain|'
    || 'humaine|robot|bot|ia|vraie personne|une personne|machine)\M|^ (?:(?:bonjour|un|une) )*(?:humain|robot|bot|ia)(?: [.?])+ ?$',
    ' (?:je suis|ici|vous parlez a|vous parlez avec|vous echangez avec|c est|en tant qu) (?:[a-z]+ ){0,4}?(?:bot|robot|'
    || 'chat ?bot|ia|intelligence artificielle|virtuel|virtuelle|automatique|automatise|digital|numerique|machine|programme|'
    || 'modele de langage)\M| je (?:ne )?suis pas (?:un |une )*(?:vraie |vrai |etre )*(?:humain|humaine|personne)\M'),
  ('it', array[
    '%person%', '%uman%', '% uomo %', '%donna%', '% bot%', '%robot%', '%chatbot%', '%macchina%', '% ia %',
    '% ai %', '%intelligenza%', '%programma%', '%computer%', '% reale %', '% vero %', '% vera %',
    '%carne%', '%automat%', '%software%', '%virtual%', '% viv%'],
    '(?<! non) sono (?:(?:una|un|davvero|veramente|proprio|assolutamente|certamente|anche|solo|al|100|per|cento|vera|'
    || 'vero|reale|totalmente|completamente|essere|io|semplicemente|in|carne|e|ossa|come|te|lei|si|certo|ovviamente|normale) )*(?:persona|'
    || 'umano|umana|essere umano|uomo|donna|carne e ossa|vivo|viva)\M|(?<! non) sono (?:(?:una|un|davvero|veramente|proprio|'
    || 'assolutamente|certamente|anche|solo|al|100|per|cento|vera|vero|reale|totalmente|completamente|essere|io|semplicemente|'
    || 'in|carne|e|ossa|come|te|lei|si|certo|ovviamente|normale) )*(?:reale|vero|vera)(?= [.?]| $| e )| non (?:sono|siamo) (?:un |'
    || 'una |uno |affatto |certo |mica |nessun |nessuna |solo |assolutamente )*(?:bots?|robots?|chat ?bot|macchina|ia|i a|'
    || 'ai|intelligenza artificiale|programma|computer|software|automa|assistente virtuale|virtuale|automatico|risponditore|'
    || 'algoritmo)\M|(?<! non) (?:sta|stai|state) (?:parlando|chattando|scrivendo|messaggiando|comunicando)(?: davvero| proprio|'
    || ' ora)* (?:con|a) (?:un |una )(?:(?:una|un|davvero|veramente|proprio|assolutamente|certamente|anche|solo|al|100|per|'
    || 'cento|vera|vero|reale|totalmente|completamente|essere|io|semplicemente|in|carne|e|ossa|come|te|lei|si|certo|ovviamente|'
    || 'normale) )*(?:persona|umano|umana|operatore umano)\M|^ (?:(?:si|no|certo|esatto|certamente) |[.?] |(?:una|un|davvero|'
    || 'veramente|proprio|assolutamente|certamente|anche|solo|al|100|per|cento|vera|vero|reale|totalmente|completamente|'
    || 'essere|io|semplicemente|in|carne|e|ossa|come|te|lei|si|certo|ovviamente|normale) )*(?:persona|umano|umana|reale)(?: [.?])* ?$|'
    || ' in carne e ossa\M|(?:^|[.?]) (?:no |si )*(?:nessun|niente) (?:bots?|robots?)(?= qui| [.?]| $)',
    ' (?:sei|lei e|e lei|tu sei|siete|questo e|questa e|e un|e una) (?:(?:un|una|lei|davvero|veramente|per|caso|proprio|'
    || 'solo|essere|vera|vero|forse|tu) )*(?:umano|umana|persona|bot|robot|chat ?bot|macchina|ia|ai|reale|vero|vera|computer|'
    || 'intelligenza|automatico|automatica|uomo|donna|programma)\M| (?:sto parlando|parlo|sto chattando|sto scrivendo|chatto)(?: davvero|'
    || ' ora)* (?:con|a) (?:(?:un|una|vera|vero|essere) )*(?:umano|umana|persona|bot|robot|chat ?bot|macchina|ia|ai|computer|'
    || 'intelligenza)\M| (?:umano|umana|persona|reale) o (?:un |una |sei un )*(?:bot|robot|macchina|ia|ai|chat ?bot|computer)\M|'
    || ' (?:bot|robot|macchina|ia|ai|chat ?bot) o (?:un |una )*(?:umano|umana|persona|essere umano)\M| (?:di|dimmi|dica|'
    || 'scrivi|scriva|conferma|confermi|ripeti|dimostra|rispondi|giura|ammetti|prometti)\M[^.?]*? (?:umano|umana|bot|robot|'
    || 'persona vera|persona reale|una persona|ia|macchina)\M|^ (?:(?:ciao|un|una) )*(?:umano|bot|robot)(?: [.?])+ ?$',
    ' (?:sono|qui scrive|qui risponde|sta parlando con|stai parlando con|come) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|'
    || 'ia|ai|intelligenza artificiale|virtuale|automatico|automatica|digitale|macchina|programma|modello linguistico)\M|'
    || ' non sono (?:una |un )*(?:vera |essere )*(?:persona|umano|umana)\M'),
  ('pt', array[
    '%pesso%', '%human%', '% homem %', '%mulher%', '% bot%', '% robo%', '%chatbot%', '%maquina%',
    '% ia %', '%inteligencia%', '%programa%', '%computador%', '% real %', '% carne%', '%automat%',
    '%virtual%', '% gente %'],
    '(?<! nao) (?:sou|eu sou) (?:(?:uma|um|o|a|realmente|real|verdadeira|verdadeiro|de|verdade|totalmente|completamente|'
    || '100|por|cento|muito|tao|so|tambem|sim|claro|carne|e|osso|humana|humano|cem|simplesmente|absolutamente|ser|pessoa|'
    || 'mesmo|como|voce|certamente|normal) )*(?:pessoa|humano|humana|ser humano|homem|mulher|carne e osso|real|gente)\M(?! (?:virtual|'
    || 'digital))| nao (?:sou|somos) (?:um |uma |nenhum |nenhuma |so |apenas |de )*(?:bots?|robos?|robot|chat ?bot|maquina|'
    || 'ia|i a|inteligencia artificial|programa|computador|software|automato|assistente virtual|algoritmo|virtual|automatico|'
    || 'resposta automatica)\M|(?<! nao) (?:esta|estas|ta|voce fala|tu falas|fala|falas)(?: mesmo| realmente| agora)*(?: falando|'
    || ' conversando| a falar| a conversar| teclando)? com (?:um |uma )(?:(?:uma|um|o|a|realmente|real|verdadeira|verdadeiro|'
    || 'de|verdade|totalmente|completamente|100|por|cento|muito|tao|so|tambem|sim|claro|carne|e|osso|humana|humano|cem|simplesmente|'
    || 'absolutamente|ser|pessoa|mesmo|como|voce|certamente|normal) )*(?:pessoa|humano|humana)\M(?! virtual)|^ (?:(?:sim|'
    || 'nao|claro|exato|com certeza) |[.?] |(?:uma|um|o|a|realmente|real|verdadeira|verdadeiro|de|verdade|totalmente|completamente|'
    || '100|por|cento|muito|tao|so|tambem|sim|claro|carne|e|osso|humana|humano|cem|simplesmente|absolutamente|ser|pessoa|'
    || 'mesmo|como|voce|certamente|normal) )*(?:pessoa|humano|humana|real)(?: [.?])* ?$| de carne e osso\M|(?:^|[.?]) (?:nao |'
    || 'sim )*(?:nenhum|nada de) (?:bots?|robos?)(?= aqui| [.?]| $)',
    ' (?:voce e|e voce|tu es|es|vc e|isso e|isto e|voces sao|o senhor e|a senhora e) (?:(?:um|uma|voce|mesmo|realmente|'
    || 'de|verdade|so|ser|algum|alguma|tipo|o|a) )*(?:pessoa|humano|humana|bot|robo|robot|chat ?bot|maquina|ia|real|inteligencia|'
    || 'homem|mulher|automatico|programa)\M| (?:estou falando|estou a falar|falo|estou conversando|to falando)(?: mesmo|'
    || ' realmente)* com (?:(?:um|uma|algum|alguma|ser) )*(?:pessoa|humano|humana|bot|robo|robot|chat ?bot|maquina|ia|inteligencia|'
    || 'computador)\M| (?:pessoa|humano|humana|real) ou (?:um |uma |e um |es um )*(?:bot|robo|robot|maquina|ia|chat ?bot)\M|'
    || ' (?:bot|robo|robot|maquina|ia|chat ?bot) ou (?:um |uma )*(?:pessoa|humano|humana|ser humano)\M| (?:diga|diz|dize|'
    || 'fala|escreva|escreve|confirme|confirma|repita|repete|prove|responda|responde|jure|admita|prometa)\M[^.?]*? (?:humano|'
    || 'humana|bot|robo|pessoa real|uma pessoa|ia|maquina)\M|^ (?:(?:ola|oi|um|uma) )*(?:humano|bot|robo)(?: [.?])+ ?$',
    ' (?:sou|fala|esta falando com|esta a falar com|este e|como) (?:[a-z]+ ){0,4}?(?:bot|robo|robot|chat ?bot|ia|inteligencia artificial|'
    || 'virtual|automatico|automatica|digital|maquina|programa|modelo de linguagem)\M| nao sou (?:uma |um )*(?:pessoa|humano|'
    || 'humana|ser humano)\M');
