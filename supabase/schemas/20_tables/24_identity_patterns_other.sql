-- Identity: patterns of other languages. See 23_identity_patterns.sql.

insert into sms_private.identity_patterns (language, triggers, claims, questions, honest) values
  ('pl', array[
    '%czlowiek%', '%osob%', '%ludzk%', '%kobieta%', '%mezczyzna%', '% bot%', '%robot%', '%chatbot%',
    '%maszyn%', '% ai %', '%sztuczn%', '%program%', '%automat%', '%komputer%', '%prawdziw%', '% zyw%'],
    '(?<! nie) jestem (?:(?:prawdziwym|prawdziwa|zywym|zywa|naprawde|oczywiscie|zwyklym|zwykla|normalnym|rzeczywiscie|'
    || 'jak|najbardziej|tez|tylko|po|prostu|realna|realnym|100|w|pelni|absolutnie|tak|z|krwi|i|kosci|ty) )*(?:czlowiekiem|'
    || 'osoba|ludzka istota|istota ludzka|mezczyzna|kobieta|czlowiek|prawdziwy|prawdziwa|zywy|zywa|krwi i kosci)\M| nie (?:jestem|'
    || 'jestesmy) (?:zadnym |zadna |jakims |tylko |przeciez |wcale )*(?:botem|botami|robotem|chat ?botem|maszyna|ai|sztuczna inteligencja|'
    || 'programem|automatem|komputerem|algorytmem|oprogramowaniem|si|bot|robot)\M|(?<! nie) (?:rozmawiasz|piszesz|rozmawia pan|'
    || 'rozmawia pani|pisze pan|pisze pani)(?: teraz| tu| naprawde| wlasnie| tutaj)* z (?:prawdziwym |prawdziwa |zywym |'
    || 'zywa )*(?:czlowiekiem|osoba)\M|^ (?:(?:tak|nie|oczywiscie) |[.?] )*(?:prawdziwy |zywy )*(?:czlowiek|czlowiekiem|'
    || 'osoba)(?: [.?])* ?$',
    ' (?:jestes|czy jest pan|czy jest pani|czy to|pan jest|pani jest|to jest) (?:(?:ty|prawdziwym|prawdziwa|zywym|zywa|'
    || 'moze|naprawde|jakims|tylko|czy|pan|pani) )*(?:czlowiekiem|osoba|botem|robotem|chat ?botem|maszyna|ai|bot|robot|prawdziwy|'
    || 'prawdziwa|automat|automatem|czlowiek|sztuczna|programem)\M| (?:rozmawiam|pisze)(?: teraz| tu| wlasnie| naprawde)* z (?:prawdziwym |'
    || 'prawdziwa |zywym |zywa )*(?:czlowiekiem|osoba|botem|robotem|chat ?botem|maszyna|ai|automatem|komputerem|sztuczna)\M|'
    || ' (?:czlowiek|czlowiekiem|osoba) czy (?:bot|botem|robot|robotem|maszyna|ai)\M| (?:bot|botem|robot|robotem|maszyna|'
    || 'ai) czy (?:czlowiek|czlowiekiem|osoba)\M| (?:powiedz|napisz|potwierdz|powtorz|udowodnij|odpowiedz|przyznaj|przysiegnij)\M[^.?]*? (?:czlowiekiem|'
    || 'czlowiek|botem|robotem|bot|robot)\M',
    ' (?:jestem|pisze|tu|to) (?:[a-z]+ ){0,4}?(?:botem|bot|robotem|chat ?botem|ai|sztuczna inteligencja|wirtualnym|automatycznym|'
    || 'automatyczny|cyfrowym|maszyna|programem)\M| nie jestem (?:prawdziwym |prawdziwa )*(?:czlowiekiem|osoba)\M'),
  ('ru', array[
    '%человек%', '% живо%', '% жива%', '% настоящ%', '% реальн%', '%мужчин%', '%женщин%', '% бот%',
    '%робот%', '%чатбот%', '%машин%', '% ии %', '%программ%', '%автомат%', '%компьютер%', '% люди %',
    '%искусственн%', '%неиросет%'],
    ' (?:я|мы) (?:(?:же|ведь|точно|действительно|самыи|самая|обычныи|обычная|настоящии|настоящая|живои|живая|реальныи|'
    || 'реальная|тоже|конечно|просто|на|самом|деле|правда|и|есть|вполне|абсолютно|100|деиствительно|такои|из|плоти|крови) )*(?:человек|'
    || 'живои|живая|настоящии|настоящая|реальныи|реальная|мужчина|женщина|сотрудник|сотрудница)\M| (?:я|мы|это)(?: точно|'
    || ' конечно| совсем| вовсе| ведь| вообще| деиствительно)* не (?:какои то |просто |совсем )*(?:боты?|роботы?|чат ?бот|'
    || 'машина|ии|программа|искусственныи|искусственная|автомат|компьютер|автоответчик|неиросеть|алгоритм)\M|(?:^|[.?]) (?:нет |'
    || 'да |[.?] )*не (?:бот|робот|машина|ии)\M| (?:вы|ты) (?:общаетесь|говорите|разговариваете|переписываетесь|общаешься|'
    || 'говоришь|разговариваешь|переписываешься)(?: сеичас| деиствительно| именно)* с (?:реальным |живым |настоящим )*человеком\M|'
    || '^ (?:да |нет |конечно |[.?] )*(?:живои |настоящии |реальныи )*человек(?: [.?])* ?$| из плоти и крови\M',
    ' (?:ты|вы|это) (?:(?:точно|реально|деиствительно|случаино|тоже|что|же|вообще|не|или|правда|там|сеичас|вы|ты|живои|'
    || 'живая|настоящии|настоящая|реальныи|просто|разве|какои|то) )*(?:человек|бот|робот|ии|машина|живои|живая|настоящии|'
    || 'настоящая|чат ?бот|программа|неиросеть|реальныи|люди|автомат)\M| я (?:сеичас |реально |деиствительно )*(?:общаюсь|'
    || 'говорю|разговариваю|переписываюсь|пишу) (?:с )?(?:реальным |живым |настоящим )*(?:человеком|ботом|роботом|машинои|'
    || 'ии|программои|неиросетью)\M| (?:человек|живои) или (?:бот|робот|машина|ии|программа)\M| (?:бот|робот|машина|ии|программа) или (?:живои |'
    || 'реальныи )*человек\M| (?:скажи|скажите|напиши|напишите|подтверди|подтвердите|повтори|повторите|докажи|докажите|ответь|'
    || 'ответьте|признаися|поклянись)\M[^.?]*? (?:человек|человеком|бот|робот|не бот|ии)\M',
    ' (?:я|это|вы общаетесь с|вам отвечает) (?:[а-я]+ ){0,4}?(?:бот|робот|чат ?бот|ии|виртуальныи|автоматическии|цифровои|'
    || 'машина|программа|искусственныи интеллект|неиросеть|ботом|роботом)\M| я не (?:живои |настоящии )*человек\M'),
  ('uk', array[
    '%людин%', '% бот%', '%робот%', '%чатбот%', '%машин%', '% шi %', '% ші %', '%програм%', '%автомат%',
    '%справжн%', '% жив%'],
    ' (?:я|ми) (?:(?:жива|живии|справжня|справжніи|реальна|точно|звичаина|теж|просто|таки|дійсно|деисно|100) )*(?:людина|'
    || 'жива|справжня|чоловік|жінка)\M| (?:я|ми|це)(?: точно| звісно)* не (?:бот|робот|чат ?бот|машина|ші|програма|штучнии|'
    || 'автомат|комп ютер)\M| (?:ви|ти) (?:спілкуєтесь|спілкуєтеся|спілкуєшся|говорите|розмовляєте) (?:зараз )?(?:з|із) (?:реальною |'
    || 'живою |справжньою )*людиною\M|^ (?:так |ні |[.?] )*(?:жива |справжня )*людина(?: [.?])* ?$',
    ' (?:ти|ви|це) (?:(?:точно|реально|справді|часом|не|чи|жива|справжня|просто|ти|ви) )*(?:людина|бот|робот|ші|машина|'
    || 'жива|справжня|чат ?бот|програма)\M| я (?:зараз )?(?:спілкуюсь|спілкуюся|говорю|розмовляю) (?:з|із) (?:живою |справжньою |'
    || 'реальною )*(?:людиною|ботом|роботом|машиною|ші)\M| (?:людина|бот|робот) чи (?:людина|бот|робот|машина)\M',
    ' (?:я|це|ви спілкуєтесь з) (?:[а-яіїє]+ ){0,4}?(?:бот|робот|чат ?бот|ші|віртуальнии|автоматичнии|цифровии|програма|'
    || 'ботом)\M| я не (?:жива )?людина\M'),
  ('tr', array[
    '%insan%', '% kisi%', '%gercek%', '% bot%', '%robot%', '%makine%', '%yapay%', '%bilgisayar%',
    '%program%', '%otomatik%', '%canli%', '%yazilim%'],
    ' (?:insanim|insanoglu(?:yum)?|biriyim|kisiyim|gercegim|canliyim|kadinim|erkegim|calisaniyim)\M| (?:bot|robot|chat ?bot|'
    || 'makine|makina|yapay zeka|bilgisayar|program|otomatik|yazilim|sanal|bilgisayar programi) (?:falan |filan |kesinlikle |'
    || 'asla )*(?:degilim|degiliz)\M| (?:insanla|insan ile|kisiyle|kisi ile|biriyle) (?:konusuyorsunuz|konusuyorsun|yazisiyorsunuz|'
    || 'yazisiyorsun|gorusuyorsunuz|gorusuyorsun)\M| etten kemikten\M|^ (?:evet |hayir |tabii |[.?] )*(?:gercek |bir )*(?:insan|'
    || 'kisi)(?: [.?])* ?$',
    ' (?:insan|bot|robot|gercek|makine|yapay zeka|kisi|biri|chat ?bot|insanla|robotla|botla|makineyle|kisiyle|biriyle)(?: [a-z]+){0,2} (?:misin|'
    || 'misiniz|musun|musunuz|mu|mi|miyim|muyum|degil mi)\M| (?:insanim|insan oldugunu|bot oldugunu|robot oldugunu|robot olmadigini|'
    || 'bot olmadigini)\M',
    ' (?:bot|robot|chat ?bot|yapay zeka|sanal|otomatik|dijital|makine|program)(?: [a-z]+)?(?:um|im|yum|yim|iyim|ayim)\M|'
    || ' (?:asistaniyim|botum|robotum|yapay zekayim|insan degilim)\M'),
  ('vi', array[
    '%nguoi%', '% bot%', '%robot%', '%chatbot%', '% may %', '% ai %', '%tri tue%', '%chuong trinh%'],
    ' (?:toi|minh|em|anh|chi) (?:chinh |thuc su |dung |that su |van |dich thi )*la (?:mot |con |nhan vien )*(?:nguoi|'
    || 'con nguoi)(?! may)(?: that| thuc| binh thuong)?\M| (?:toi|minh|em|day|chung toi)(?: hoan toan| thuc su| chac chan)* (?:khong phai|'
    || 'chang phai|dau phai)(?: la)? (?:mot |con )*(?:bot|robot|chat ?bot|may moc|may|ai|nguoi may|tri tue nhan tao|chuong trinh|'
    || 'phan mem)\M| (?:ban|anh|chi) dang (?:noi chuyen|nhan tin|tro chuyen|chat) voi (?:mot |con )*nguoi(?! may)(?: that|'
    || ' thuc)?\M|^ (?:vang |da |dung |co |khong |[.?] )*(?:con )?nguoi(?: that)?(?: [.?])* ?$| bang xuong bang thit\M',
    ' (?:ban|anh|chi|em|day|may)(?: co)?(?: phai)? (?:la|phai) (?:mot |con )*(?:nguoi|bot|robot|chat ?bot|may|ai|nguoi that|'
    || 'nguoi may)\M| (?:noi chuyen|nhan tin|chat) voi (?:mot |con )*(?:nguoi|bot|robot|may|ai)(?: that| may)?(?: phai)? (?:khong|'
    || 'a|ha|hay)\M| (?:nguoi|bot|robot|may|ai)(?: that)? hay(?: la)? (?:nguoi|bot|robot|may|ai)\M',
    ' (?:toi|minh|em|day) la (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|ai|ao|tu dong|may|tri tue nhan tao)\M| (?:toi|minh|'
    || 'em) khong phai(?: la)? (?:con )?nguoi(?! may)\M'),
  ('id', array[
    '%manusia%', '% orang %', '% bot%', '%robot%', '%chatbot%', '%mesin%', '% ai %', '%program%',
    '%kecerdasan%'],
    ' (?:saya|aku|kami) (?:(?:adalah|benar|memang|seorang|sungguh|betul|ini|juga|asli|jelas) )*(?:manusia|orang asli|'
    || 'orang sungguhan|orang nyata|orang beneran)\M| (?:saya|aku|kami|ini)(?: jelas| benar benar)* bukan(?:lah)? (?:sebuah |'
    || 'seorang |sekadar )*(?:bot|robot|mesin|ai|program|chat ?bot|kecerdasan buatan|komputer)\M| (?:anda|kamu|kakak) (?:sedang )?(?:berbicara|'
    || 'bicara|chat|mengobrol|ngobrol) dengan (?:seorang )?(?:manusia|orang asli|orang sungguhan)\M|^ (?:ya |iya |tidak |'
    || '[.?] )*manusia(?: asli)?(?: [.?])* ?$',
    ' (?:apakah anda|apa kamu|apakah kamu|kamu|anda|apakah ini|ini) (?:(?:seorang|sebuah|benar|benaran|adalah|memang|'
    || 'ini) )*(?:manusia|bot|robot|mesin|ai|orang asli|chat ?bot|orang sungguhan|program)\M| (?:bicara|berbicara|chat|ngobrol) dengan (?:(?:seorang|'
    || 'sebuah) )*(?:bot|robot|mesin|ai|manusia) ?(?:ya|kah|\\?)| (?:manusia|orang) atau (?:bot|robot|mesin|ai)\M| (?:bot|'
    || 'robot|mesin|ai) atau (?:manusia|orang)\M| (?:katakan|bilang|tulis|ulangi|jawab|akui|buktikan)\M[^.?]*? (?:manusia|'
    || 'bot|robot|ai)\M',
    ' (?:saya|ini|aku) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|ai|virtual|otomatis|digital|mesin|program|kecerdasan buatan)\M|'
    || ' (?:saya|aku) bukan(?:lah)? (?:seorang )?(?:manusia|orang)\M'),
  ('tl', array[
    '% tao %', '% bot%', '%robot%', '%chatbot%', '%makina%', '% ai %', '%totoo%'],
    ' (?:tao (?:po )?ako|totoong tao (?:po )?ako|ako (?:po )?ay (?:isang )?(?:totoong |tunay na )?tao|isa (?:po )?akong (?:totoong |'
    || 'tunay na )?tao)\M| hindi (?:po )?ako (?:isang )?(?:bot|robot|ai|makina|chat ?bot|computer)\M| hindi (?:po )?(?:ito|'
    || 'to) (?:bot|robot)\M|^ (?:oo |opo |hindi |[.?] )*(?:totoong )?tao(?: ako)?(?: [.?])* ?$',
    ' (?:tao|bot|robot|ai|totoo|makina) (?:ka|po|kayo|ba)(?: po| ba| kayo)*\M| (?:ikaw|kayo) ba ay (?:isang )?(?:tao|'
    || 'bot|robot|ai)\M| (?:tao|bot|robot) o (?:tao|bot|robot|ai)\M',
    ' (?:ako|ito) (?:[a-z]+ ){0,3}?(?:bot|robot|ai|automated|virtual|chat ?bot)\M| hindi (?:po )?ako (?:isang )?tao\M'),
  ('ar', array[
    '%انسان%', '%شخص%', '%بشر%', '%حقيق%', '% رجل %', '%امراة%', '%روبوت%', '% بوت%', '% الة%', '%ذكاء%',
    '%برنامج%', '% الي%'],
    ' (?:انا|نحن) (?:(?:حقا|فعلا|مجرد|بالفعل|طبعا|هنا|هو|موظف|موظفة) )*(?:انسان|انسانة|انسانا|شخص|شخصا|بشر|بشري|بشرية|'
    || 'حقيقي|حقيقية|رجل|امراة|ادمي)\M| (?:لست|لسنا|مش|مو|ماني|ليس هذا|هذا ليس) (?:مجرد |اي )*(?:روبوت|روبوتا|بوت|بوتا|الة|'
    || 'اليا|ذكاء|برنامج|برنامجا|كمبيوتر|رد الي)\M| (?:انت|انتي) (?:تتحدث|تتكلم|تحكي|تدردش|تتحدثين) (?:الان )?(?:مع|الى) (?:شخص|'
    || 'انسان|بشر)\M|^ (?:نعم |اجل |لا |[.?] )*(?:انسان|بشر|شخص حقيقي)(?: [.?])* ?$| من لحم ودم\M',
    ' (?:هل انت|انت|انتم|هل هذا|هل انتي|انتي) (?:(?:حقا|فعلا|مجرد|انت|شخص) )*(?:انسان|انسانة|بشر|بشري|روبوت|بوت|شخص|حقيقي|'
    || 'حقيقية|الة|ذكاء|الي|برنامج)\M| (?:اتحدث|اتكلم|احكي|ادردش) (?:الان )?(?:مع|الى) (?:انسان|بشر|روبوت|بوت|شخص|الة|ذكاء)\M|'
    || ' (?:انسان|بشر|شخص) (?:ام|او|ولا) (?:روبوت|بوت|الة|ذكاء)\M| (?:روبوت|بوت|الة) (?:ام|او|ولا) (?:انسان|بشر|شخص)\M| (?:قل|'
    || 'قولي|اكتب|اكد|كرر|اعترف|اثبت)\M[^.?]*? (?:انسان|بشر|روبوت|شخص حقيقي)\M',
    ' (?:انا|هذا) (?:\\S+ ){0,4}?(?:بوت|روبوت|ذكاء اصطناعي|مساعد الي|المساعد الالي|افتراضي|برنامج|الالي|الي)\M| لست (?:انسانا|'
    || 'انسان|بشرا|شخصا)\M'),
  ('hi', array[
    '%इंसान%', '%इन्सान%', '%मनुष्य%', '%व्यक्ति%', '%आदमी%', '%मानव%', '%रोबोट%', '%बॉट%', '%बोट%',
    '%मशीन%', '%एआई%', '% ai %'],
    '(?:मैं|में|हम) (?:एक |असली |सच में |वास्तव में |जीवित |तो |भी |सचमुच )*(?:इंसान|इन्सान|मनुष्य|व्यक्ति|आदमी|औरत|महिला|'
    || 'मानव) ?(?:ही )?(?:हूँ|हूं|हु|हैं)|(?:मैं|में|हम) (?:कोई |एक |बिल्कुल )*(?:बॉट|बोट|रोबोट|मशीन|एआई|ai|चैटबॉट|कंप्यूटर|'
    || 'प्रोग्राम) (?:नहीं|नही) ?(?:हूँ|हूं|हु|हैं)?|आप (?:एक )?(?:असली )?(?:इंसान|व्यक्ति) से (?:बात|चैट)',
    '(?:आप|तुम|क्या आप|तू) (?:एक |असली |कोई |सच में )*(?:इंसान|इन्सान|मनुष्य|व्यक्ति|बॉट|बोट|रोबोट|मशीन|एआई|ai|चैटबॉट)|'
    || '(?:इंसान|रोबोट|बॉट|मशीन) (?:हो|हैं|है) या|(?:इंसान|इन्सान) या (?:रोबोट|बॉट|मशीन)|क्या मैं [^.?]{0,12}(?:इंसान|रोबोट|'
    || 'बॉट|मशीन) से बात',
    '(?:मैं|यह) [^.?]{0,30}(?:बॉट|बोट|रोबोट|एआई|ai|मशीन|स्वचालित|वर्चुअल) [^.?]{0,12}(?:हूँ|हूं|है)|(?:मैं) (?:कोई )?(?:इंसान|'
    || 'व्यक्ति) (?:नहीं|नही)'),
  ('zh', array[
    '%真人%', '%人类%', '%活人%', '%是人%', '%机器%', '% ai%', '%ai%', '%人工%', '%程序%', '%电脑%', '%个人%', '%血有肉%',
    '%的人%'],
    '我(?:们|就|真的|真|确实|当然|其实|也|肯定|绝对|的确| )*是(?:一个|一名|一位|个|真的|真正的|活生生的|有血有肉的|普通|真实的|真实|活的|一|的|100| )*(?:真人|人类|活人|真的人|人工客服|'
    || '人工(?!智能)|人(?!工|类学))|(?:我|这)(?:们|真的|并|可|当然|绝对|绝|根本|才| )*(?:不是|并非|非)(?:什么|一个|个|一台|任何| )*(?:机器人|机器|ai|人工智能|程序|电脑|聊天机器人|'
    || '智能助手|自动回复)|(?:你|您)(?:现在|正在|是|正| )*在?(?:和|跟|与)(?:一个|一位|个)*(?:真人|人类|活人|真实的人)(?:聊|说|对话|交谈|沟通)|^ (?:是的?|对|没错|当然|不|[.?] |'
    || ' )*(?:真人|人类|活人|我是人)(?: ?[.?])* ?$|有血有肉',
    '(?:你|您|这)(?:到底|真的|究竟|其实|们|难道|该不会| )*(?:是不是|是|不是)(?:一个|个|真的|真|活|在跟)*(?:真人|人类|机器人|机器|ai|人工|人|程序|活人|电脑|聊天机器人)|真人还是|'
    || '机器人还是|人还是机器|是人吗|是机器人吗|是真人吗|是ai吗|ai还是|(?:说|承认|证明|确认|重复|回答)[^.?]{0,12}(?:你是人|是真人|不是机器人|我是人|我是真人)',
    '我是[^.?]{0,16}(?:机器人|ai|人工智能|自动|智能助手|程序|虚拟)|我?不是(?:真人|人类|人)'),
  ('ja', array[
    '%人間%', '%本物%', '%生身%', '%ロホット%', '%ロボット%', '%ボット%', '% ai%', '%ai%', '%機械%', '%人工知能%', '%プログラム%',
    '% 人て%', '%人です%', '%人だ%', '%ヒト%', '%にんげん%', '%実在%'],
    '(?:人間|本物の人|生身|実在の人物|実在する人物|ヒト|にんげん|(?:本当の|普通の|一人の)人)(?:です|だよ|だ|でございます|なんです|なの|である)(?! ?(?:か|が))|(?:私|僕|わたし|俺|こちら)(?:は|'
    || 'が|も)(?:本当に|ちゃんと|もちろん|れっきとした)*人(?:です|だよ|だ)(?! ?か)|(?:ロボット|ボット|ai|機械|人工知能|プログラム|チャットボット|コンピューター|コンピュータ|自動応答)(?:では|'
    || 'じゃ|なんかじゃ|なんかでは|とかじゃ)(?:ありません|ない|ございません|ないです)|^ (?:はい|いいえ|ええ|もちろん|[.?]| )*(?:人間|本物)(?: ?[.?])* ?$',
    '(?:人間|ロボット|ボット|ai|機械|本物|生身|人|チャットボット)(?:です|なの|なん|でしょう|なのです|ですよね|だよね|なのでしょう)か|(?:人間|ロボット|ボット|ai|機械|本物)(?:なの|ですよね|'
    || 'だよね)? ?\?|(?:人間|人)(?:です)?か(?:ロボット|ai|機械)|(?:言って|答えて|書いて|認めて|証明して)|(?:人間|ロボット|ai)と話して(?:い)?(?:ます|る)か',
    '(?:ai|自動|ボット|ロボット|機械|人工知能)[^.?]{0,14}(?:です|でございます)|人(?:間)?では(?:ありません|ない|なく)'),
  ('ko', array[
    '%사람%', '%인간%', '% 봇%', '%봇%', '%로봇%', '%기계%', '% ai%', '%ai%', '%인공지능%', '%프로그램%', '%컴퓨터%', '%진짜%'],
    '(?:사람|인간)(?:입니다|이에요|예요|이야|임|맞습니다|맞아요|이 맞|이랍니다|이죠|이지요|이라구요|이라고요|이다)(?! ?\?)|(?:봇|로봇|기계|ai|인공지능|프로그램|컴퓨터|자동 ?응답)(?:이|'
    || '가|은|는|도)? ?(?:절대 |전혀 |결코 )*(?:아닙니다|아니에요|아니예요|아니야|아니랍니다|아님|아니죠|아녜요)|(?:사람|인간)(?:과|이랑|하고|와) (?:대화|이야기|얘기|채팅)(?:하고 계|'
    || '하시|하는 중|중)|^ (?:네|예|아니요|[.?]| )*(?:진짜 )?(?:사람|인간)(?: ?[.?])* ?$',
    '(?:사람|인간|봇|로봇|기계|ai|인공지능|진짜)(?:인가요|이에요|예요|이야|인지|입니까|인가|맞아|맞나요|이신가요|이세요|이니|인거|인 거|이죠|맞죠|맞으세요|세요)|(?:사람|봇|로봇|인간)(?:이랑|'
    || '과|하고) (?:대화|이야기|얘기|채팅)|(?:사람|봇|로봇|인간|진짜) ?\?|(?:사람|인간)이라고 (?:말|답|해)',
    '(?:ai|자동|봇|로봇|인공지능)[^.?]{0,16}(?:입니다|이에요|예요)|(?:사람|인간)이 아(?:닙|니|닌)');
