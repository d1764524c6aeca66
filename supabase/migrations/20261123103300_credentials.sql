-- Credentials as they stand, and changing them only if they still stand so: for sealing them with another key, and for
-- rotating a token that somebody else may be rotating at the same moment.

create function public.list_credentials(after_id uuid default null, page_size int default 100)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'credentials', coalesce(jsonb_agg(jsonb_build_object(
    'account_id', page.account_id, 'account_sid', page.account_sid,
    'current_token', page.current_token, 'previous_token', page.previous_token) order by page.account_id), '[]'))
  from (
    select t.account_id, a.account_sid, t.current_token, t.previous_token
    from private.twilio_credentials t
    join public.twilio_accounts a on a.id = t.account_id
    where after_id is null or t.account_id > after_id
    order by t.account_id
    limit least(greatest(page_size, 1), 1000)
  ) page
$$;
comment on function public.list_credentials is
  'A page of encrypted tokens in the order of their accounts'' ids, after the one given. Outcome: listed.';
revoke execute on function public.list_credentials from public, anon, authenticated;
grant execute on function public.list_credentials to service_role;

create function public.replace_credentials(
  account_id uuid, old_current text, new_current text, old_previous text, new_previous text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update private.twilio_credentials t
  set current_token = new_current, previous_token = new_previous
  where t.account_id = replace_credentials.account_id and t.current_token = old_current
    and t.previous_token is not distinct from old_previous;
  return jsonb_build_object('outcome', case when found then 'replaced' else 'CREDENTIALS_CHANGED' end);
end
$$;
comment on function public.replace_credentials is
  'Replaces an account''s encrypted tokens if they are still those that the caller read. Outcomes: replaced, CREDENTIALS_CHANGED.';
revoke execute on function public.replace_credentials from public, anon, authenticated;
grant execute on function public.replace_credentials to service_role;
