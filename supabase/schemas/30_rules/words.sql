-- Does a text ask for no more texts, in its own words? The patterns are data: 20_tables/78_opt_out_words.sql.

-- One spelling for many: small letters without marks, one blank between words, " . " where a sentence ends. A telephone's keyboard
-- writes the same words in many ways. Cut first: who writes more than a thousand characters has said it by then.
create function sms_private.fold_words(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  words text := lower(left(body, 1000));
begin
  if octet_length(words) <> char_length(words) then
    words := translate(lower(normalize(words, nfkd)), '’‘ʼ´`łıøđßæœةىکی…。！؟？،、，；：؛“”„«»″「」『』–—·¿¡',
      '''''''''''liodsaoهيكي..!?? ..;:;"""""""""   ??');
    -- Marks over letters, and what nobody sees. Composed again, because kana are letters with marks.
    words := normalize(regexp_replace(words,
      '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe0e\ufe0f\ufeff]', '', 'g'), nfkc);
    if words ~ '[\u4e00-\u9fff]' then
      words := translate(words, '請發訊簡別給號碼刪閱訂繼續騷擾聯繫煩單電話傳廣優這們會對興錯輸讓從見點幾嗎為麼時過開關斷拋貴資聽絕檔與還沒們個來帳',
        '请发讯简别给号码删阅订继续骚扰联系烦单电话传广优这们会对兴错输让从见点几吗为么时过开关断抛贵资听绝档与还没们个来账');
    end if;
    words := regexp_replace(words, '[^[:alnum:].!?;:"'' \n]+', ' ', 'g');
  end if;
  if position('''' in words) > 0 then
    words := replace(replace(replace(replace(replace(words, 'n''t', 'nt'), 'i''m', 'im'), 'i''d', 'id'), 'i''ve', 'ive'), '''ll', 'll');
  end if;
  words := translate(words, E'!;:\n\r\t''()[]{}<>*_~#@%&=+/\\|^$,-`', '....' || repeat(' ', 40));
  words := replace(replace(replace(words, '.', ' . '), '?', ' ? '), '"', ' " ');
  if words ~ '(ooo|ppp|eee|aaa|sss|ttt)' then
    words := regexp_replace(regexp_replace(regexp_replace(regexp_replace(words, 'o{3,}', 'o', 'g'), 'p{3,}', 'p', 'g'),
      'e{3,}', 'e', 'g'), 't{3,}', 't', 'g');
  end if;
  words := replace(replace(replace(replace(words, '    ', ' '), '  ', ' '), '  ', ' '), '  ', ' ');
  return replace(' ' || btrim(words) || ' ', ' s t o p ', ' stop ');
end
$$;
comment on function sms_private.fold_words is
  'A text as opt_out_patterns read it: folded, its first thousand characters, a blank before the first word and after the last.';

-- The languages whose patterns are worth reading a text with. Most texts have none.
create function sms_private.languages_to_read(words text)
returns text[]
language plpgsql stable set search_path = ''
as $$
declare
  languages text[];
begin
  languages := array(
    select known.language from sms_private.opt_out_words known
    where known.word = any (string_to_array(regexp_replace(words, '([a-z0-9]{5})[a-z0-9]+', '\1', 'g'), ' '))
    group by known.language having bit_or(known.weight) = 3);
  if octet_length(words) = char_length(words) then
    return languages;
  end if;
  return languages || array(
    select written.language
    from (values ('ar', '[\u0621-\u064a]'), ('ja', '[\u3041-\u30ff]|配信|解除|迷惑|退会|受信'), ('zh', '[\u4e00-\u9fff]')) written (language, script)
    join sms_private.opt_out_patterns read on read.language = written.language
    where words ~ written.script and words ~ read.trigger
      and (written.language <> 'zh' or words !~ '[\u3041-\u30ff]'));
end
$$;
comment on function sms_private.languages_to_read is 'Languages (ISO 639-1) in whose words a folded text may be an opt-out; empty for most.';

create function sms_private.read_opt_out(body text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.fold_words(body);
  languages text[] := sms_private.languages_to_read(words);
  said text;
  read sms_private.opt_out_patterns;
  verdict text := 'none';
begin
  if languages = '{}' then
    return verdict;
  end if;
  for read in select known.* from sms_private.opt_out_patterns known where known.language = any (languages) loop
    said := regexp_replace(words, read.harmless, ' _ ', 'g');
    if said ~ replace(read.sure, '<texts>', '(?:' || read.texts || ')') then
      -- Who writes much says more than one thing.
      if char_length(words) <= 250 and words !~ read.guard then
        return 'sure';
      end if;
      verdict := 'doubt';
    elsif verdict = 'none' and said ~ replace(read.doubt, '<texts>', '(?:' || read.texts || ')') then
      verdict := 'doubt';
    end if;
  end loop;
  return verdict;
end
$$;
comment on function sms_private.read_opt_out is
  'Whether a text asks for no more texts: sure, doubt or none. Only sure is practically never wrong; a doubt is asked of the model.';
