-- Media URLs that a row cannot hold are refused in words, and not by its constraint.

create or replace function private.refuse_content(body text, media_urls text[], send_at timestamptz)
returns text
language sql stable set search_path = ''
as $$
  select case
    when char_length(body) > 1600 then 'BODY_TOO_LONG'
    when body !~ '\S' and coalesce(cardinality(media_urls), 0) = 0 then 'BODY_REQUIRED'
    when cardinality(media_urls) > 10 then 'TOO_MANY_MEDIA'
    when exists (
      select from unnest(media_urls) u
      -- What no URL has unescaped (https://www.rfc-editor.org/rfc/rfc3986#section-2), and JSON makes several of.
      where u is null or char_length(u) > 2048 or u !~ '^https?://[^\s[:cntrl:]"\\]+$' or char_length(u) < 10)
      then 'INVALID_MEDIA_URL'
    when not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then 'INVALID_SEND_AT'
  end
$$;
