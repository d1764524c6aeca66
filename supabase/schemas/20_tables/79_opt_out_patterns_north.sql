-- How an opt-out reads in German, Dutch, Polish and Turkish. What the columns mean: 78_opt_out_words.sql.

insert into sms_private.opt_out_patterns (language, texts, trigger, harmless, guard, sure, doubt) values
  ('de',
    -- texts
    'nachricht|nachrichten|nachichten|nachrichtn|nachrichte|sms|smsen|sms en|werbung|werbungen|'
    'werbe[a-z]*|mitteilung|mitteilungen|angebote|newsletter|spam|mails?|infos|texte|whatsapps?|'
    'benachrichtigung|benachrichtigungen|reklame|rundschreiben|gutscheine|emails?|zeug',
    -- trigger
    null,
    -- harmless
    ' (?:bekomme|erhalte|kriege|kommen|bekam|habe|hab|bekommen|erhielt|kam)(?: (?:ich|wir|leider|schon|'
    'seit|bisher|noch|heute|gestern|gar|ja))* (?:keine|keinen|kein|nicht) |'
    ' (?:hort|horen|hoert|hoeren)(?: [a-z]+)? auf zu (?:servieren|arbeiten|kochen) | nicht vergessen |'
    ' vergesst nicht | vergessen sie nicht | weiss nicht | nicht sicher ',
    -- guard
    ' [?"] |'
    ' (?:wann|warum|wieso|weshalb|wie|wo|ob|wenn|bis|aber|nur|ausser|sondern|heute|morgen|vor|nach|uhr|'
    'mann|frau|bruder|schwester|mutter|vater|termin|bestellung|rechnung|paket|reservierung|tisch|kurs|'
    'training|schule|kind|hund|post|gruppe|verein|falls|mitgliedschaft) |'
    ' (?:haha[a-z]*|witz|spass|gesagt|sagte|liebe|gerne weiter|weiterhin|scherz) ',
    -- sure
    ' (?:kein|keine|keinen|keiner)(?: (?:weiteren?|weitere|einzige|mehr|von|ihren|ihre|eure|euren|solche|'
    'solchen|diese|dieser|lastigen|mehr|blode|bloden))* (?:<texts>)(?: [a-z]+)* (?:mehr|schicken|schickt|'
    'schiken|senden|sendet|bitte|zusenden|danke) |'
    ' (?:schick|schik|send|schreib)[a-z]* (?:sie )?(?:mir |uns )?(?:bitte )?(?:kein|keine|keinen|nix|'
    'nichts|nie)(?: [a-z]+)*(?: (?:mehr|wieder)| <texts>) |'
    ' (?:keine?|nie)(?: weiteren?| mehr)?(?: <texts>)? (?:mehr )?(?:an mich|an diese nummer|auf diese nummer) |'
    ' keine?(?: weiteren?)? (?:<texts>)(?: bitte| danke)? (?:\.|$)|'
    ' (?:will|mochte|moechte|wunsche|wuensche|brauche|wollen|mochten)(?: (?:ich|wir|bitte|von|euch|ihnen|'
    'absolut|auch|in|zukunft))* (?:keine|kein|keinerlei|nichts)(?: (?:weiteren?|mehr|von|ihnen|euch|'
    'solchen?|diese|eurer?|ihrer?))* (?:<texts>|kontakt|horen|hoeren) |'
    ' (?:hor|hort|horen|hoer|hoert|hoeren)(?: (?:sie|bitte|endlich|doch|sofort|jetzt|'
    'mal))* auf(?: (?:mir|mich|damit|uns|bitte|zu|mit|dem|den|diesen|solche|diese|standig|dauernd|immer|'
    'so|viele|weitere))* (?:schreiben|schicken|senden|belastigen|nerven|kontaktieren|simsen|texten|<texts>|vollzuspammen|anzuschreiben) |'
    ' (?:losch|loesch)[a-z]*(?: (?:sie|bitte|sofort|doch|umgehend|endlich))* (?:meine|diese|mich|unsere|'
    'die)(?: [a-z]+)* ?(?:nummer|handynummer|telefonnummer|daten|kontakt|kontaktdaten|verteiler|liste) |'
    ' (?:meine|diese) (?:handy|telefon|mobil)? ?(?:nummer|daten)[^.?]* (?:loschen|loeschen|entfernen|streichen|vergessen) |'
    ' (?:nehm|nimm|streich|entfern|trag|losch|loesch|werf|raus)[a-z]*[^.?]* (?:verteiler|adressliste|'
    'mailingliste|kontaktliste|sms liste|eurer liste|ihrer liste|der liste|von der liste) |'
    ' (?:aus dem|aus ihrem|aus eurem|vom|von eurem|von ihrem) (?:sms )?verteiler |'
    ' (?:von|fur)(?: [a-z]+)* (?:<texts>)(?: [a-z]+)* (?:abmelden|abbestellen|austragen) |'
    ' (?:<texts>)(?: bitte| hiermit| sofort| gerne)* (?:abbestellen|abmelden|stoppen|einstellen|beenden|abstellen|unterlassen) |'
    ' (?:bestell|stell|melde)[a-z]*[^.?]* (?:<texts>)[^.?]* ab |'
    ' (?:lass|lasst|lassen)(?: (?:sie|mich|uns|bitte|endlich|doch|einfach|jetzt|mal|alle))* in ruhe |'
    ' (?:schreib|schreibt|schreiben|kontaktier|kontaktiert|kontaktieren|belastigt|belastigen|'
    'textet)(?: (?:sie|mir|mich|uns|bitte|hier))* (?:nie|nicht|niemals|nix)(?: (?:wieder|mehr))+ |'
    ' (?:nicht|nie)(?: wieder| mehr)+ (?:schreiben|kontaktieren|anschreiben|texten|simsen|'
    'kontaktiert werden|angeschrieben werden|anschreiben lassen|belastigen|melden) |'
    '^ (?:(?:guten|tag|hallo|hi|bitte|ich|mochte|moechte|will|wurde|mich|gerne|hiermit|guten|morgen|'
    'abend|gern|sofort) )+(?:abmelden|austragen|abbestellen)(?: (?:bitte|danke|vielen|dank|lassen|hier))* (?:\. |bitte |danke )*$|'
    ' (?:meld|melden|melde|trag|tragt|tragen)(?: (?:sie|mich|bitte))+ (?:ab|aus) (?:\.|$)|'
    ' vergesst (?:bitte )?meine nummer | vergessen sie (?:bitte )?meine nummer |'
    ' widerrufe? (?:hiermit )?(?:meine )?(?:einwilligung|zustimmung) |'
    ' stop+(?:t|en|p|pen)?(?: (?:mit|sie|bitte|die|den|diese|diesen|ihre|eure|eueren?|alle))* (?:<texts>) ',
    -- doubt
    ' (?:kein|keine|keinen|nicht|nie|niemals|aufhor[a-z]*|aufhoer[a-z]*|hor[a-z]* auf|losch[a-z]*|'
    'loesch[a-z]*|entfern[a-z]*|streich[a-z]*|stop[a-z]*|lass[a-z]*|abmeld[a-z]*|abbestell[a-z]*|genug|'
    'schluss|vergess[a-z]*|vergiss|blockier[a-z]*|spar[a-z]*|nervt|nerven|satt|bitte kein[a-z]*|'
    'nehm[a-z]*|nimm)[^.?]* (?:<texts>|nummer|verteiler|listen?|daten|kontakt[a-z]*|schreib[a-z]*|'
    'schick[a-z]*|schik[a-z]*|send[a-z]*|anruf[a-z]*|ruhe|belastig[a-z]*|zusend[a-z]*) |'
    ' (?:<texts>)[^.?]* (?:nerven|nervt|stop[a-z]*|aufhor[a-z]*|genug|satt|nicht mehr|kein[a-z]*|'
    'unerwunscht|abbestell[a-z]*|zu viel[a-z]*|jeden tag) | abmeld[a-z]* | abbestell[a-z]* | abgemeldet |'
    ' austragen | falsche nummer | kein interesse | in ruhe | verpiss[a-z]* | anwalt | anzeige | dsgvo |'
    ' unterlass[a-z]* | widerruf[a-z]* | verteiler | nicht interessiert |'
    ' hor(?:t|en sie)? (?:bitte |endlich )?(?:damit )?auf | schluss damit | es reicht | spam |'
    ' (?:losch|loesch)[a-z]* (?:bitte |doch |sie )?mich | einwilligung |'
    '^ (?:[^ ]+ )?(?:[^ ]+ )?(?:aufhor[a-z]*|aufhoer[a-z]*|stop+[a-z]*|stop) (?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?$'),
  ('nl',
    -- texts
    'bericht|berichten|berichtjes|berichtje|berigten|berigt|sms|smsen|sms en|smsjes|sms jes|smsje|appjes|'
    'reclames?|aanbiedingen|mails?|mailtjes|spam|nieuwsbrief|nieuwsbrieven|promoties|promotie|'
    'notificaties|meldingen|advertenties|updates|tekstberichten|kortingen',
    -- trigger
    null,
    -- harmless
    ' (?:krijg|kreeg|ontvang|ontving|heb|hebben|krijgen|kwam)(?: (?:ik|wij|we|al|nog|sinds|steeds|helaas|nu))* (?:geen|niet) |'
    ' stop(?:pen|t)? (?:jullie|u|je)? ?met (?:serveren|koken|werken) | (?:stoppen|stopt) (?:jullie|u) |'
    ' niet vergeten | vergeet niet | weet niet | niet zeker ',
    -- guard
    ' [?"] |'
    ' (?:wanneer|waarom|hoe|waar|of|als|tot|maar wel|behalve|alleen|vandaag|morgen|voor|na|uur|man|vrouw|'
    'broer|zus|moeder|vader|afspraak|bestelling|factuur|pakket|reservering|tafel|cursus|les|post|groep|sportschool|abonnement) |'
    ' (?:haha[a-z]*|grapje|zei|gezegd|leuk vind|fijn vind|graag wel) ',
    -- sure
    ' (?:stop|stopt|stoppen|hou|houd|houdt|kap)(?: (?:a|u|b|aub|alstublieft|alsjeblieft|nu|eens|'
    'onmiddellijk|svp|op|direct))* met (?:(?:het|mij|me|die|deze|jullie|al|alle|dat|sturen|van|ons|'
    'versturen|steeds|zoveel) )*(?:<texts>|sturen|versturen|appen|mailen|contacteren|spammen|lastigvallen|texten|sms|stalken|bellen) |'
    ' geen (?:(?:enkele?|verdere|nieuwe|van|die|zulke|deze|jullie|ongewenste|commerciele|irritante|'
    'stomme|enkel|andere) )*(?:<texts>)(?: [a-z]+)? (?:meer|sturen|ontvangen|a u b|aub|alstublieft|graag|svp|alsjeblieft|krijgen|bedankt|dank)|'
    ' geen (?:<texts>) (?:\.|$)|'
    ' (?:wil|wens|wensen|willen|hoef|wilt)(?: [a-z]+)? (?:geen|niet)(?: (?:meer|langer|van|jullie|die|'
    'deze|zulke|verder|verdere))* (?:<texts>|benaderd|gecontacteerd)|'
    ' (?:stuur|stuurt|sturen)(?: (?:u|mij|me|ons|aub|alstublieft))* (?:geen|nooit|niets|niks)(?: [a-z]+)*(?: meer| <texts>)|'
    ' (?:afmelden|uitschrijven)(?: (?:voor|van|uit|a|u|b|aub|graag|svp|deze|dit|de|die|jullie|'
    'alstublieft|bedankt|dank|wel|lijst|<texts>))* (?:\.|$) |'
    ' (?:meld|schrijf) (?:me|mij|ons) (?:aub |alstublieft |graag |a u b )?(?:af|uit) |'
    ' (?:haal|verwijder|schrap|gooi|wis|streep|verwijderen|haalt)(?: (?:u|me|mij|aub|alstublieft|dit|'
    'mijn|a|b|graag|even|gewoon|eens))+(?: [a-z]+)* ?(?:lijst|nummer|bestand|database|telefoonnummer|gegevens|contacten|mailinglijst|systeem) |'
    ' mijn (?:nummer|telefoonnummer|gegevens)(?: [a-z]+)* (?:verwijderen|wissen|schrappen|vergeten) |'
    ' laat (?:me|mij|ons)(?: [a-z]+)? met rust | val (?:me|mij) niet (?:meer )?lastig |'
    ' (?:niet|nooit) (?:meer )?(?:meer|weer) (?:sturen|appen|berichten|sms|smsen|mailen|contacteren|contact|benaderen|texten) |'
    ' (?:sms|app|bericht|contacteer|benader|bel|mail) (?:me|mij) (?:niet|nooit) (?:meer|weer) |'
    ' vergeet mijn nummer | trek mijn toestemming ',
    -- doubt
    ' (?:geen|niet|nooit|stop[a-z]*|ophou[a-z]*|hou[a-z]* op|haal|verwijder[a-z]*|schrap|wis|vergeet|'
    'genoeg|blokk?eer[a-z]*|gooi|weg|klaar met|zat|beu|zonder|te veel|teveel|uit)[^.?]* (?:<texts>|lijst|'
    'nummer|contact[a-z]*|stur[a-z]*|stuur[a-z]*|appen|mailen|ontvang[a-z]*|gegevens|lastig[a-z]*|bestand|database|bellen|benader[a-z]*) |'
    ' (?:<texts>)[^.?]* (?:stop[a-z]*|genoeg|zat|beu|niet meer|geen|ongewenst|hoeft niet|hoef ik niet|te veel|teveel|nooit meer|uit[a-z]*|af) |'
    ' afmeld[a-z]* | afgemeld | uitschrij[a-z]* | uitgeschreven | verkeerd(?:e)? nummer | geen interesse |'
    ' niet geinteresseerd | met rust | rot op | oprotten | avg | spam | hou (?:hier|er|daar)mee op |'
    ' hou op | genoeg | lastig gevallen | lastigvallen | haal (?:me|mij) '),
  ('pl',
    -- texts
    'wiadomosc|wiadomosci|wiadomsci|sms|smsy|smsow|smsa|sms ow|sms y|sms a|esemesow|esemesy|esemes|reklam|'
    'reklamy|reklamami|reklame|powiadomien|powiadomienia|promocji|promocje|ofert|oferty|newsletter|'
    'newslettera|mejli|maili|spam|spamu|kuponow|informacji|marketing|marketingu|marketingowych|'
    'reklamowych',
    -- trigger
    null,
    -- harmless
    ' nie (?:dostaje|dostalem|dostalam|otrzymalem|otrzymalam|otrzymuje|przychodza|przyszla|przyszlo|'
    'przyszedl|mam|wiem|zapomnijcie|zapomnij|moge|dostaję) |'
    ' przesta[a-z]* (?:podawac|gotowac|pracowac|padac|bolec|przychodzic|dostawac) ',
    -- guard
    ' [?"] |'
    ' (?:kiedy|dlaczego|czemu|jak|ile|gdzie|czy|jesli|jezeli|dopoki|ale|tylko|oprocz|jeszcze|dzisiaj|'
    'dzis|jutro|przed|po|godzinie|maz|zona|brat|siostra|mama|tata|syn|corka|wizyta|wizyte|zamowienie|'
    'faktura|fakture|paczka|paczki|paczke|rezerwacje|stolik|silownia|kurs|lekcje|grupy) |'
    ' (?:haha[a-z]*|hehe[a-z]*|zart|zartuje|powiedzial[a-z]*|uwielbiam|kocham|lubie) ',
    -- sure
    ' nie (?:wysyl|przysyl|wysla|przysla|slij|slijcie|wysylaj|spam)[a-z]*(?: (?:mi|do|mnie|juz|wiecej|'
    'tych|swoich|waszych|zadnych|prosze|na|ten|numer|kolejnych|takich|tu|tego))* (?:<texts>) |'
    ' nie (?:wysyl|przysyl|slij|pisz|pisa|kontaktuj|nekaj|spamuj|mecz)[a-z]*(?: (?:mi|do|mnie|juz|sie|ze|'
    'mna))*(?: (?:wiecej|juz|nigdy|do mnie|nic|ze mna))(?: (?:mi|do|mnie|juz|prosze|dziekuje|wiecej|nic|ze|mna|sie))* (?:\.|$)|'
    ' (?:prosze|prosimy|zeby|aby)(?: (?:juz|do|mnie|wiecej))* nie (?:pisac|wysylac|przysylac|kontaktowac|'
    'nekac)(?: (?:sie|mi|do|mnie|juz|ze|mna|nic))* (?:wiecej|juz|mnie|mna|<texts>) |'
    ' (?:przest|prest)[a-z]*(?: (?:juz|do|mnie|mi|prosze|natychmiast|wreszcie))* (?:pisac|wysylac|'
    'przysylac|nekac|spamowac|kontaktowac|meczyc|wypisywac|slac)(?: (?:mi|do|mnie|tych|te|swoich|juz|sie|ze|mna))* ?(?:<texts>|mnie|mi|\.|$)?|'
    ' nie (?:chce|zycze|chcialbym|chcialabym|chcemy|zyczymy|potrzebuje)(?: (?:sobie|juz|wiecej|dostawac|'
    'otrzymywac|tych|zadnych|waszych|od|was|takich|tego|panstwa|kolejnych|byc))* (?:<texts>) |'
    ' (?:wypis|wykresl|usun|skasuj|skresl|wymaz|wyrzuc|usuwaj)[a-z]*(?: (?:mi|mnie|prosze|moj|ten|moje|'
    'sie|z|ze|wasz|waszej|tej|swojej|panstwa|listy|bazy|moich|sobie))* (?:numer|numeru|listy|bazy|dane|'
    'danych|sms|smsow|sms ow|kontakt|kontaktow|telefon|subskrypcji|<texts>) |'
    ' (?:prosze|chce|chcialbym|chcialabym)(?: [a-z]+)* (?:wykreslic|wypisac|usunac|skreslic|'
    'skasowac)(?: (?:mnie|sie|z|ze|moj|listy|tej|waszej|tych|bazy|moje|swojej|panstwa))* (?:listy|numer|bazy|dane|<texts>) |'
    ' rezygnuje z (?:(?:otrzymywania|dostawania|tych|waszych|subskrypcji|wszystkich|dalszych|panstwa) )*(?:<texts>) |'
    ' (?:dajcie|daj|dac) mi(?: [a-z]+)? spokoj | (?:odczep|odwal)[a-z]* sie |'
    ' zostaw[a-z]* mnie w spokoju | zapomni[a-z]* (?:o )?(?:moj|mojego|moim) numer[a-z]* |'
    ' (?:koniec|dosc|stop)(?: (?:z|tych|tymi|waszych|tego))* (?:<texts>) |'
    ' (?:wycofuje|cofam)(?: [a-z]+)? zgod[a-z]* |'
    ' (?:zadnych|bez) (?:wiecej )?(?:<texts>)(?: wiecej| prosze| dziekuje)* (?:\.|$)',
    -- doubt
    ' (?:nie|przest[a-z]*|prest[a-z]*|wypis[a-z]*|wykresl[a-z]*|usun[a-z]*|skasuj[a-z]*|skresl[a-z]*|'
    'rezygn[a-z]*|stop|dosc|daj[a-z]*|odczep[a-z]*|zapomn[a-z]*|zablok[a-z]*|koniec|anuluj[a-z]*|'
    'mam dosc|bez|zadnych)[^.?]* (?:<texts>|numer[a-z]*|listy|lista|bazy|dane|danych|pisa[a-z]*|'
    'pisz[a-z]*|wysyl[a-z]*|przysyl[a-z]*|kontakt[a-z]*|spok[a-z]*|neka[a-z]*|dzwon[a-z]*|wysla[a-z]*) |'
    ' (?:<texts>)[^.?]* (?:stop|dosc|nie chce|nie zycze|przest[a-z]*|nie|wiecej|za duzo) | wypis[a-z]* |'
    ' wykresl[a-z]* | zly numer | pomylka | pomylil[a-z]* | nie jestem zainteresowan[ay] |'
    ' nie interesuje | spokoj | odczep[a-z]* | odwal[a-z]* | spadaj[a-z]* | rodo | zglosz[a-z]* |'
    ' nekan[a-z]* | spam[a-z]* '),
  ('tr',
    -- texts
    'mesaj|mesajlar|mesaji|mesajlari|mesajiniz|mesajlarinizi|mesajlariniz|mesajlardan|mesajlara|mesajdan|'
    'mesa[jz][a-z]*|msj|msjlar|sms|smsler|smsleri|smsi|sms ler|ileti|iletiler|iletileri|bildirim[a-z]*|'
    'reklam[a-z]*|kampanya[a-z]*|mail[a-z]*|duyuru[a-z]*|tanitim[a-z]*|spam',
    -- trigger
    null,
    -- harmless
    ' (?:mesaj[a-z]*|sms[a-z]*) (?:gelmiyor|gelmedi|almadim|almiyorum|ulasmadi|gelmez oldu) |'
    ' unutma[a-z]* ',
    -- guard
    ' [?"] |'
    ' (?:ne zaman|neden|niye|nasil|nerede|kac|mi|mu|misiniz|musunuz|kadar|ama|sadece|haric|bugun|yarin|'
    'once|sonra|saat|esim|kocam|karim|kardesim|annem|babam|oglum|kizim|randevu[a-z]*|siparis[a-z]*|'
    'fatura[a-z]*|paket[a-z]*|kargo[a-z]*|rezervasyon[a-z]*|masa[a-z]*|spor|kurs|ders|grup|eger|ise) |'
    ' (?:haha[a-z]*|saka|dedi|bayiliyorum|seviyorum|jsjs[a-z]*) ',
    -- sure
    ' (?:<texts>)(?: [a-z]+)* (?:gonder|at|yolla|yaz|ilet|paylas)m[ae](?:yin|yiniz|yiniz|yin artik|sin|sinler)? |'
    ' (?:<texts>)(?: [a-z]+)* (?:gonder|at|yolla)ma |'
    ' (?:<texts>)(?: [a-z]+)* (?:gonderme|atma|yollama)[a-z]* |'
    ' (?:<texts>)(?: (?:almak|artik|gelsin|gelmesini|okumak|gormek|gormek|de|da|hic|bir|daha|sizden|'
    'falan|istemiyorum))* (?:istemiyor[a-z]*|istemem|istemiyom|istemiyrum|istemiyorm|istemiyoruz|istemedigimi|almayacagim) |'
    ' (?:<texts>)(?: [a-z]+)? (?:gonderimini|gondermeyi|gonderim|atmayi|yollamayi|gonderimi|almayi|'
    'yazmayi)? ?(?:birak|kes|durdur|sonlandir|iptal|keser|durdurur|kapat)[a-z]* |'
    ' (?:bana|bize|buraya|bu numaraya)(?: (?:artik|bir|daha|lutfen|mesaj|sms|bi|boyle))* (?:yazma|atma|gonderme|ulasma|yollama)[a-z]* |'
    ' (?:gondermeyi|atmayi|yollamayi|yazmayi)(?: artik)? (?:birak|kes|durdur)[a-z]* |'
    ' numara[a-z]*(?: [a-z]+)? (?:sil|cikar|kaldir|unut|sistem)[a-z]* |'
    ' (?:numarami|beni|telefonumu|ismimi|kaydimi)(?: [a-z]+)* (?:listeden|listenizden|sistemden|'
    'rehberden|listesinden|sisteminizden|mesajlardan|rehberinizden)(?: [a-z]+)? (?:cik|sil|cikar|kaldir)[a-z]* |'
    ' (?:mesajlardan|smslerden|bildirimlerden|listeden|listenizden|mesaj listesinden|iletilerden)(?: [a-z]+)? (?:cik|ayril|cikar)[a-z]* |'
    ' rahat birak[a-z]* | rahatsiz etme[a-z]* |'
    ' (?:bir daha|artik)(?: [a-z]+)? (?:yazma|ulasma|mesaj atma|gonderme|mesaj gonderme)[a-z]* |'
    ' (?:iznimi|onayimi) (?:geri )?(?:cek|iptal)[a-z]* ',
    -- doubt
    ' (?:<texts>|numara[a-z]*|liste[a-z]*)[^.?]* (?:istemi[a-z]*|isteme[a-z]*|gonderme[a-z]*|'
    'gondermey[a-z]*|atma[a-z]*|yollama[a-z]*|yazma[a-z]*|birak[a-z]*|kes[a-z]*|durdur[a-z]*|iptal[a-z]*|'
    'sil[a-z]*|cikar[a-z]*|cik[a-z]*|kaldir[a-z]*|unut[a-z]*|yeter[a-z]*|bikt[a-z]*|engel[a-z]*|gelmesin|'
    'stop|sikayet[a-z]*|kapat[a-z]*|gerek yok|almak istem[a-z]*|ayril[a-z]*) |'
    ' (?:stop|yeter|artik|istemiyor[a-z]*|bikt[a-z]*)[^.?]* (?:<texts>|numara[a-z]*|yaz[a-z]*|ulas[a-z]*|ara[a-z]*) |'
    ' rahat birak[a-z]* | rahatsiz e[td][a-z]* | yanlis numara | yanlis kisi | ilgilenmiyor[a-z]* |'
    ' uyeli[a-z]* | abonelik[a-z]* | kvkk | sikayet e[td][a-z]* | spam |'
    ' (?:yazma|aramayin|atma|gonderme|ulasma)(?:yin|yiniz|yin artik)? | beni (?:cikar|sil|unut)[a-z]* ');
