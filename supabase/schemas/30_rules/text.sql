-- The words of a message: segments, keywords, templates.

-- How many SMS segments a text takes: GSM 03.38 septets, else UTF-16 units.
-- https://www.twilio.com/docs/glossary/what-sms-character-limit
create function sms_private.count_segments(body text)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    -- The text as sizes: a for the first unit of a character, b for each further one.
    with encoded as (
      select body !~ '[^@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&''()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\\[~\]|€]' as gsm
    ), sizes as (
      select gsm, case
        when gsm then regexp_replace(regexp_replace(body, '[^\f^{}\\\[~\]|€]', 'a', 'g'), '[^a]', 'ab', 'g')
        else regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(body,
          '[^\u0300-\u036F\u200D\u20D0-\u20FF\uFE00-\uFE0F\U00010000-\U0010FFFF]', 'a', 'g'),
          '[\U0001F1E6-\U0001F1FF]{2}', 'abbb', 'g'),
          '\u200D[\U00010000-\U0010FFFF]', 'bbb', 'g'),
          '\u200Da', 'bb', 'g'),
          '[\U0001F3FB-\U0001F3FF]', 'bb', 'g'),
          '[\U00010000-\U0010FFFF]', 'ab', 'g'),
          '[^ab]', 'b', 'g')
        end as units
      from encoded
    )
    -- A character that does not fit into a segment moves to the next segment as a whole.
    select case
      when char_length(units) <= case when gsm then 160 else 70 end then 1
      when gsm then (select count(*)::int from regexp_matches(units, '.{1,153}(?!b)', 'g'))
      else (select count(*)::int from regexp_matches(units, '.{1,67}(?!b)', 'g'))
    end
    from sizes);
end
$$;
comment on function sms_private.count_segments is
  'SMS segments of a text, at least 1. An estimate until Twilio says: its smart encoding may need fewer.';

-- The keywords of US carriers and of Twilio (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out),
-- REVOKE and OPTOUT since 2025-04. The whole message, any case.
-- An opt-out is forgiving: punctuation, spaces and symbols do not count. The other words count only as Twilio takes them, alone:
-- Twilio answers HELP and lifts its block for START, and does neither for "Help!" and "START!". What it does not take is
-- an ordinary message.
create function sms_private.keyword_of(body text, opt_out_type text, opted_out boolean)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when opt_out_type = 'STOP' then 'out'
      when opt_out_type = 'START' then 'in'
      when opt_out_type = 'HELP' then 'help'
      when word in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT') then 'out'
      when alone in ('START', 'UNSTOP') then 'in'
      when alone = 'YES' and opted_out then 'in'
      when alone in ('HELP', 'INFO') then 'help'
    end
    from (select upper(btrim(body, E' \t\r\n')) as alone, upper(regexp_replace(
      normalize(body, nfkc),
      '[\s\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2000-\u2BFF\u3000-\u303F\uFE00-\uFE0F\uFEFF\U0001F000-\U0001FAFF\U000E0000-\U000E01EF]',
      '', 'g')) as word) as w);
end
$$;
comment on function sms_private.keyword_of is
  'out, in or help when the whole message is a consent keyword, else null. OptOutType from Twilio wins over the words.';

-- Removes what a person cannot see: control characters (tab and newline stay), zero-width characters, direction marks.
-- The functions clean more (_shared/sms/texts). This covers direct calls of the verbs, and templates.
create function sms_private.visible_text(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return regexp_replace(regexp_replace(body, '\r\n?', E'\n', 'g'),
    '[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFC]',
    '', 'g');
end
$$;
comment on function sms_private.visible_text is 'A text without controls and invisible characters; joiners, which are spelling, stay.';

create function sms_private.are_variables(variables jsonb)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when jsonb_typeof(variables) = 'object' then not exists (
      select from jsonb_each(variables) v where jsonb_typeof(v.value) not in ('string', 'number'))
    else false end;
end
$$;
comment on function sms_private.are_variables is 'Whether it is a flat object of strings and numbers.';

-- One pass: a value is inserted as it is, also when it looks like a variable.
create function sms_private.render_template(template text, variables jsonb, out body text, out missing jsonb)
language sql stable set search_path = ''
as $$
  -- A value is cut to 1,601 characters, one more than a message may have: that is enough to refuse it, and a long value
  -- cannot be repeated hundreds of times.
  select string_agg(piece.plain || coalesce(left(variables ->> place.variable, 1601), ''), '' order by piece.i),
    jsonb_agg(distinct place.variable) filter (where not variables ? place.variable)
  from regexp_split_to_table(template, '\{\{\s*\w+\s*\}\}') with ordinality piece (plain, i)
  left join (
    select found.groups[1] as variable, found.i
    from regexp_matches(template, '\{\{\s*(\w+)\s*\}\}', 'g') with ordinality found (groups, i)
  ) place on place.i = piece.i
$$;
comment on function sms_private.render_template is
  'Puts variables into a template. missing: the names that have no value, null when all have one.';

create function sms_private.compose_body(tenant uuid, body text, template uuid, variables jsonb)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  t public.sms_templates;
  given jsonb := coalesce(variables, '{}');
  rendered record;
begin
  if body is not null and template is not null then
    return jsonb_build_object('outcome', 'BODY_OR_TEMPLATE');
  end if;
  if template is not null then
    select * into t from public.sms_templates s where s.id = template and s.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'TEMPLATE_NOT_FOUND');
    end if;
  end if;
  -- Without a template nothing would be replaced, and the contact would read {{name}}.
  if not sms_private.are_variables(given) or (template is null and given <> '{}') then
    return jsonb_build_object('outcome', 'INVALID_VARIABLES');
  end if;
  if template is null then
    return jsonb_build_object('body', sms_private.visible_text(coalesce(body, '')));
  end if;
  select * into rendered from sms_private.render_template(t.body, given);
  if rendered.missing is not null then
    return jsonb_build_object('outcome', 'TEMPLATE_VARIABLE_MISSING',
      'details', jsonb_build_object('missing', rendered.missing));
  end if;
  return jsonb_build_object('body', sms_private.visible_text(rendered.body), 'purpose', t.purpose);
end
$$;
comment on function sms_private.compose_body is
  'What a text says: { body }, as given or from a template, without invisible characters, and the template''s { purpose }; or { outcome }, a refusal.';

create function sms_private.media_of(media_urls text[])
returns jsonb
language plpgsql immutable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('url', u)), '[]') from unnest(media_urls) u);
end
$$;
comment on function sms_private.media_of is 'Media URLs as they are stored: [{ url }].';

create function sms_private.refuse_content(
  body text, media_urls text[], send_at timestamptz, not_after timestamptz, purpose text)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when char_length(body) > 1600 then 'BODY_TOO_LONG'
      when body !~ '\S' and coalesce(cardinality(media_urls), 0) = 0 then 'BODY_REQUIRED'
      when cardinality(media_urls) > 10 then 'TOO_MANY_MEDIA'
      when exists (
        select from unnest(media_urls) u
        -- Characters that a URL must escape (https://www.rfc-editor.org/rfc/rfc3986#section-2).
        where u is null or char_length(u) > 2048 or u !~ '^https?://[^\s[:cntrl:]"\\]+$' or char_length(u) < 10)
        then 'INVALID_MEDIA_URL'
      when not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then 'INVALID_SEND_AT'
      when not isfinite(not_after) or not_after <= greatest(clock_timestamp(), send_at) then 'INVALID_NOT_AFTER'
      when purpose not in ('promotional', 'transactional') then 'INVALID_PURPOSE'
    end);
end
$$;
comment on function sms_private.refuse_content is 'Why a text cannot be sent to anybody; null when it can.';
