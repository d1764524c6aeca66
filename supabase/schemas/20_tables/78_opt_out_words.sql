-- How people ask for no more texts, in their own words: data for sms_private.read_opt_out(). The patterns: the next files.

-- What makes a text worth a look. Most texts have none of these words, or not enough of them, and end here.
create table sms_private.opt_out_words (
  word text not null check (word ~ '^[a-z0-9]{2,5}$'),
  language text not null check (language ~ '^[a-z]{2}$'),
  weight smallint not null check (weight in (1, 2, 3)),
  primary key (word, language)
);
comment on table sms_private.opt_out_words is
  'Beginnings of words (five letters, folded) that make a text worth reading by a language''s patterns. Texts in Arabic, Chinese and Japanese are known by their script instead.';
comment on column sms_private.opt_out_words.word is 'A word''s first five letters, or all of a shorter one, as fold_words() writes it.';
comment on column sms_private.opt_out_words.language is 'ISO 639-1: whose patterns read it.';
comment on column sms_private.opt_out_words.weight is
  '1: somebody refuses or ends something. 2: it is about texts, a number or a list. Both must be there, and 3 is both.';

-- One row a language: what most texts cost is looking it up.
create table sms_private.opt_out_patterns (
  language text primary key check (language ~ '^[a-z]{2}$'),
  texts text not null,
  trigger text,
  harmless text not null,
  guard text not null,
  sure text not null,
  doubt text not null
);
comment on table sms_private.opt_out_patterns is
  'What an opt-out looks like, as regular expressions over fold_words(): words stand between single blanks, a sentence ends with " . ", a question with " ? ", and a quotation mark is a word.';
comment on column sms_private.opt_out_patterns.language is 'ISO 639-1.';
comment on column sms_private.opt_out_patterns.texts is 'What a text is called: it stands for <texts> in sure and doubt.';
comment on column sms_private.opt_out_patterns.trigger is 'Worth a look, for scripts without opt_out_words; null for the others.';
comment on column sms_private.opt_out_patterns.harmless is 'Words that look like an opt-out and are none. They are taken out before the text is read.';
comment on column sms_private.opt_out_patterns.guard is 'What makes sure a doubt: conditions, other people, orders and appointments, jokes.';
comment on column sms_private.opt_out_patterns.sure is 'An opt-out, where no guard matches.';
comment on column sms_private.opt_out_patterns.doubt is 'Perhaps an opt-out: the model is asked.';

insert into sms_private.opt_out_words (word, language, weight)
select word, line.language, bit_or(line.weight)
from (values
  ('en', 1::smallint, 'alone annoy anymo away cance cancl cut didnt disco dnt done donot dont drop end endin enoug erase fed forge
    furth get had haven inter kill knock let longe lost never no nobod not nothi out purge quit quitt repor
    scrat screw sick signe take tired too turn un unwan want withd witho wont'),
  ('en', 2::smallint, 'ads adver alert anymo blast bothe calli calls conta coupo crap datab deals email hear junk marke mesag messa
    messe messg more msg msgs mssg newsl notif numbe off offer phone promo recor remin send sendi sends sign
    signe sms solic stuff subsc syste text texte texti texts these thing those txt txted txtin txts updat write
    writi'),
  ('en', 3::smallint, 'attor block cease conse deact delet dereg desis fcc fck ftc fuck haras lawsu lawye leave list lists lose opt
    opted optin optou piss quit refus remov remvo revok scam sotp spam spamm spams st0p stahp stap stoo stooo
    stoop stop stopp stops stp stpo sue tcpa unenr unfol unreg unscu unsib unsub unsuc unsus usubs wrong'),
  ('es', 1::smallint, 'alto basta bloqu borra borre cance dame dar deja dejad dejar dejem dejen deme den denme elimi fuera harta
    harto jamas no nunca olvid para parar paren quita quite quiti remov remue sacam sacar saque sin stop ya'),
  ('es', 2::smallint, 'acose anunc auto autor aviso baja base conta corre datos envia envie envio equiv escri hosti inter lista
    llama llame manda mande mensa mensj moles msg msj msjs notif numer ofert paz promo publi sms spam suscr text
    texte texto whats'),
  ('es', 3::smallint, 'baja borre darme dejen desus equiv quite sacam saque'),
  ('fr', 1::smallint, 'annul arete arret arrt assez aucun bloqu cesse effac enlev fiche foute jamai laiss marre ne nest oubli pas
    plus radie rayez retir sorte sorti stop suppr'),
  ('fr', 2::smallint, 'alert conta coord deran ecrir ecriv envoi envoy fichi harce liste mail mails menvo mesag messa newsl notif
    numer offre paix promo pub publi pubs recev sms solli spam texte texto tranq'),
  ('fr', 3::smallint, 'arete arret arrt desab desin desis foute'),
  ('de', 1::smallint, 'aufhe aufho austr bloc block ende entfe genug hoere hoert horen hort kein keine lass lasse lasst loesc losch
    mal nehme nehmt nicht nie nimm schlu spar stop stopp strei verge wider'),
  ('de', 2::smallint, 'angeb anruf belas benac daten infos konta liste mail mails mitte nachi nachr newsl numme rekla ruhe schic
    schik schre sende sms smse smsen spam texte werbe werbu whats'),
  ('de', 3::smallint, 'abbes abges abmel aufho austr loesc losch stop stopp verte wider'),
  ('pt', 1::smallint, 'apaga apagu bloqu cance chega deixa deixe delet esque exclu nao nunca para parar pare parem paren remov
    retir sem stop tira tirar tire tirem'),
  ('pt', 2::smallint, 'anunc aviso cadas conta envia envie envio escre incom inscr lista manda mande marke mensa menss msg msgs
    notif numer ofert paz pertu promo propa publi receb sms spam telef torpe whats'),
  ('pt', 3::smallint, 'desca descr desin sair'),
  ('it', 1::smallint, 'annul basta blocc cance dimen elimi fini lasci levar levat mai nn non piant rimuo smet smett stop togli
    tolgi'),
  ('it', 2::smallint, 'comun conta datab distu elenc email inter invia invii iscri lista mail mand manda mandi mesag messa newsl
    notif numer offer pace promo pubbl rubri scriv sms spam spedi whats'),
  ('it', 3::smallint, 'cance disab disin disis rimuo togli'),
  ('nl', 1::smallint, 'block blokk geen genoe gooi haal hou laat meld niet nooit ophou schra schri stop stopp uit verge verwi wis'),
  ('nl', 2::smallint, 'aanbi appen appje beric berig besta conta datab inter lijst mail mails nieuw numme ontva promo recla rust
    sms smse smsen smsje spam sture stuur texte verst'),
  ('nl', 3::smallint, 'afmel uitsc'),
  ('pl', 1::smallint, 'anulu daj dajci dosc konie nie prest przes rezyg skasu skres stop usun usuna usunc usuni wykre zablo zapom'),
  ('pl', 2::smallint, 'baza bazy dane danyc esem eseme inter konta list lista listy mail maile mejl mejle nekac newsl numer ofert
    pisac pisz piszc powia promo przys rekla sms smsa smsam smsow smsy spam spamo spok spoko wiado wysla wysyl'),
  ('pl', 3::smallint, 'odcze wypis'),
  ('zh', 3::smallint, 'td'),
  ('tr', 1::smallint, 'arama artik atma atmay bikt bikti birak cikar cikin cikis cikma durdu engel gelme gerek gonde iptal istem
    kaldi kesin sil silin silme stop ulasm unut unutu yazma yeter yolla'),
  ('tr', 2::smallint, 'abone bana bildi birak bize duyur ileti ilgil kampa liste mail mesaj msj numar rehbe rekla sms smsle tanit
    uyeli'),
  ('tr', 3::smallint, 'rahat yazma')
) line (language, weight, words)
cross join lateral regexp_split_to_table(line.words, '\s+') word
group by 1, 2;
