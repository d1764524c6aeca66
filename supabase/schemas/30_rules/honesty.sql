-- A machine says that it is one, and never that it is a person (docs/decisions/0052). The patterns are data (23_identity_patterns.sql).

-- One spelling for many: small letters without marks or apostrophes, one blank around each word, " . " and " ? " where a sentence ends.
create function sms_private.plain_letters(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  words text := lower(left(body, 1600));
begin
  if octet_length(words) <> char_length(words) then
    words := translate(lower(normalize(words, nfkd)), '’‘ʼ´`łıøđßæœ。！؟？،、，；：؛।・…',
      '''''''''''liodsao.!? ??. ...;..');
    -- Marks over letters, and what nobody sees. Composed again: kana and Hangul are letters with marks.
    words := normalize(regexp_replace(words,
      '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]',
      '', 'g'), nfkc);
    if words ~ '[\u4e00-\u9fff]' then
      words := translate(words, '們機個實嗎說對話應該還當這類沒絕並讓', '们机个实吗说对话应该还当这类没绝并让');
    end if;
    words := regexp_replace(words, '[^[:alnum:].!?;:'' \n\u0900-\u097f]+', ' ', 'g');
  end if;
  words := regexp_replace(words, '''(m|re|s|t|ve|d|ll)\M', '\1', 'g');
  words := translate(words, E'!;:\n\r\t''"()[]{}<>*_~#@%&=+/\\|^$,-`', '....' || repeat(' ', 40));
  words := replace(replace(words, '.', ' . '), '?', ' ? ');
  words := replace(replace(replace(replace(words, '    ', ' '), '  ', ' '), '  ', ' '), '  ', ' ');
  return ' ' || btrim(words) || ' ';
end
$$;
comment on function sms_private.plain_letters is
  'A text as identity_patterns read it: folded, its first 1,600 characters, a blank before the first word and after the last.';

-- The same text as somebody reads it who wants to: letters of another alphabet and figures in place of letters, and letters
-- with something between them.
create function sms_private.disguises_of(body text)
returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  raw text := lower(left(body, 1600));
  found text[] := '{}';
  bare text;
begin
  if raw ~ '[a-z][0-9@$|]|[0-9@$|][a-z]' then
    found := found || sms_private.plain_letters(translate(raw, '013457@$|', 'oieastasi'));
  end if;
  if octet_length(raw) <> char_length(raw) and raw ~ '[a-z]' and raw ~ '[\u0370-\u03ff\u0400-\u04ff]' then
    found := found || sms_private.plain_letters(translate(raw, 'аеорсухіѕјһԁмткнвαοιερνυκ', 'aeopcyxisjhdmtkhbaoiepvuk'));
  end if;
  bare := regexp_replace(raw, '[^a-z]+', ' ', 'g');
  if bare ~ '( [a-z]){5}( |$)|^[a-z]( [a-z]){4}( |$)' then
    -- Spelled, letter by letter.
    bare := replace(bare, ' ', '');
    if bare ~ '(iam|im)(a|an|the|really|actually|just|only|very|100|so)*(real)?(human|person)|(iam|im)not(a|an)?(bot|robot|ai|machine)|^(yes)?(human|person)$' then
      found := found || ' i am human '::text;
    end if;
  end if;
  if raw ~ 'namuh|nosrep|tobor|enihcam' then
    found := found || sms_private.plain_letters(reverse(raw));
  end if;
  return found;
end
$$;
comment on function sms_private.disguises_of is
  'What a text says to those who read it past figures, foreign letters, gaps or its direction; empty for most.';

-- Most texts have none of the words. One pass finds that out; the patterns of twenty languages are not read. It has every ASCII
-- trigger of identity_patterns (tests/database/honesty.test.ts compares them).
create function sms_private.says_nothing_of_identity(words text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select words !~ '[^\x01-\x7f]' and words !~ (
    ' a i | agte | ai| akta | bot| carne| chica | chico | code | echt| femme | frau | gal | gente |'
    || ' girl | guy | homem | homme | i a | ia | k i | ki | kids | kisi| lady | llm | man | mand |'
    || ' mann | may | mens| orang | person | pulse | real| rigtig| riktig| robo| soul | tao | uomo |'
    || ' vera | vero | viv| vrai| zyw|algorithm|alive|android|artificial|automa|beating|bilgisayar|'
    || 'born|breathe|canli|carne|chair|chatbot|children|chuong trinh|computador|computer|czlowiek|'
    || 'dator|donna|dude|employee|fake|fleisch|flesh|gente|gercek|gpt|heartbeat|hombre|hooman|humain|'
    || 'insan|inteligencia|intelligence|intelligenza|kecerdasan|kobieta|komputer|kvinde|kvinna|'
    || 'logiciel|ludzk|macchina|machine|makina|makine|manniska|mansklig|manusia|maquina|maschine|'
    || 'maskin|maszyn|menneske|mensch|mesin|mezczyzna|mitarbeiter|mortal|mujer|mulher|nguoi|ordenador|'
    || 'ordinateur|osob|otomatik|people|person|persoon|pesso|prawdziw|program|real|reel|robot|script|'
    || 'sentient|software|sztuczn|totoo|tri tue|uman|virtual|virtuel|vivant|vlees|vrouw|woman|yapay|'
    || 'yazilim')
$$;
comment on function sms_private.says_nothing_of_identity is
  'Whether a folded text in Latin letters has no word that the patterns begin with.';

create function sms_private.language_of_claim(body text)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  words text;
  claimed text;
begin
  foreach words in array sms_private.plain_letters(body) || sms_private.disguises_of(body) loop
    continue when sms_private.says_nothing_of_identity(words);
    select p.language into claimed from sms_private.identity_patterns p
    where words like any (p.triggers) and words ~ p.claims order by p.language limit 1;
    if found then
      return claimed;
    end if;
  end loop;
  return null;
end
$$;
comment on function sms_private.language_of_claim is
  'The language in which a text claims that its writer is a person or no machine; null when it does not.';

create function sms_private.is_honest(body text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.plain_letters(body);
begin
  return exists (
    select from sms_private.identity_patterns p where words like any (p.triggers) and words ~ p.honest);
end
$$;
comment on function sms_private.is_honest is 'Whether a text says that its writer is a machine.';

-- Of the texts that this answer answers, the last few.
create function sms_private.language_of_question(conversation uuid, after_seq bigint, through_seq bigint)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  began bigint := coalesce(after_seq, (
    select max(o.seq) from public.sms_messages o
    where o.conversation_id = conversation and o.seq < through_seq and o.seq > through_seq - 8
      and o.direction = 'outbound' and o.sender in ('assistant', 'person') and o.status <> 'canceled'), 0);
  asked record;
  words text;
  language text;
begin
  for asked in
    select m.body from public.sms_messages m
    where m.conversation_id = conversation and m.seq <= through_seq and m.seq > greatest(began, through_seq - 8)
      and m.direction = 'inbound' and m.kind = 'text'
    order by m.seq desc
  loop
    words := sms_private.plain_letters(asked.body);
    continue when sms_private.says_nothing_of_identity(words);
    select p.language into language from sms_private.identity_patterns p
    where words like any (p.triggers) and words ~ p.questions order by p.language limit 1;
    if found then
      return language;
    end if;
  end loop;
  return null;
end
$$;
comment on function sms_private.language_of_question is
  'The language in which the contact asks, in the texts after after_seq (null: after our last text) up to through_seq, whether they text with a person; null when they do not.';
