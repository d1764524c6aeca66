-- Searching conversations: telephone numbers as people type and paste them.

-- Digits of every common script, every dash, and nothing that cannot be seen: as plainNumber() in the functions.
create function sms_private.typed_number(search text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  plain text := search;
begin
  -- Most searches are ASCII, where none of this changes anything.
  if octet_length(search) > char_length(search) then
    plain := regexp_replace(normalize(search, nfkc),
      '[\u00AD\u034F\u061C\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u20E3\uFE00-\uFE0F\uFEFF]', '', 'g');
    plain := regexp_replace(plain, '[\u02D7\u2010-\u2015\u2043\u2212\u223C\u2796\u301C\u30FC]', '-', 'g');
    plain := translate(plain, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९', '012345678901234567890123456789');
  end if;
  -- "+44 (0)7700": the 0 is for calls at home.
  plain := btrim(replace(plain, '(0)', ''), E' \t\r\n');
  return case when plain ~ '^[-+0-9(). /·\s]*[0-9][-+0-9(). /·\s]*$' then plain end;
end
$$;
comment on function sms_private.typed_number is 'A search that is digits and the punctuation of telephone numbers, in ASCII; null for any other.';

-- What stands for a beginning of a stored number: ^ at its front. Without ^ it may stand anywhere.
create function sms_private.number_searches(typed text)
returns text[]
language plpgsql stable set search_path = ''
as $$
declare
  digits text := regexp_replace(typed, '[^0-9]', '', 'g');
  abroad text := case
    when typed ~ '^\+' then digits
    when digits ~ '^00[1-9][0-9]{2}' then substr(digits, 3)
    when digits ~ '^011[1-9][0-9]{2}' then substr(digits, 4) end;
  found text[] := '{}';
begin
  if char_length(digits) < 3 then
    return case when typed ~ '^\+' then array['^+' || digits] else array['^+' || digits, '^' || digits] end;
  end if;
  if typed !~ '^\+' then
    found := array[digits];
  end if;
  if abroad is not null then
    found := found || ('^+' || abroad);
  end if;
  -- At home: 0 before area and number, 06 in Hungary, 8 in Russia and Kazakhstan. Calling codes of one digit have no 0.
  if typed !~ '^\+' and digits ~ '^0[1-9][0-9]{2}' then
    found := found || array['^+__' || substr(digits, 2), '^+___' || substr(digits, 2)];
  end if;
  if digits ~ '^06[1-9][0-9]{6}' then
    found := found || ('^+36' || substr(digits, 3));
  elsif digits ~ '^8[3-9][0-9]{9}$' then
    found := found || ('^+7' || substr(digits, 2));
  end if;
  -- A whole number: in its other spellings too.
  if char_length(coalesce(abroad, digits)) >= 9 then
    found := found || array(
      select '^' || s.spelling from unnest(sms_private.spellings_of('+' || coalesce(abroad, digits))) s (spelling)
      where s.spelling <> '+' || coalesce(abroad, digits));
  end if;
  return found;
end
$$;
comment on function sms_private.number_searches is
  'How a typed number may be stored: in E.164, or its national spelling after a country. _ is any digit, ^ the beginning.';
