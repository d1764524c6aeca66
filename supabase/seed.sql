-- A demo tenant for local use: one user, one assistant, one number of the default account.
-- Applied by `deno task dev` (which signs the user up first) and by `supabase start` / `supabase db reset`.

-- Local only: demo@example.com with the password demo-password-local-only.
do $$
begin
  -- Under `deno task dev` the user has signed up already.
  if not exists (select from auth.users where email = 'demo@example.com') then
    insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
      raw_app_meta_data, raw_user_meta_data, created_at, updated_at, confirmation_token, recovery_token,
      email_change, email_change_token_new)
    values ('00000000-0000-0000-0000-000000000000', 'de300000-0000-4000-8000-000000000001', 'authenticated',
      'authenticated', 'demo@example.com',
      extensions.crypt('demo-password-local-only', extensions.gen_salt('bf')), now(),
      '{"provider": "email", "providers": ["email"]}', '{}', now(), now(), '', '', '', '');
    insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
    select u.id::text, u.id, jsonb_build_object('sub', u.id::text, 'email', u.email), 'email', now(), now(), now()
    from auth.users u where u.email = 'demo@example.com';
  end if;
end
$$;

select public.sms_save_account('AC00000000000000000000000000000000', null, null, 'Default account')
where not exists (select from public.sms_accounts where shared);

insert into public.sms_assistants (user_id, name, prompt, first_message, goodbye_message, error_message)
select id, 'Ada',
  'You answer texts for Bright Smile Dental, a dental practice in Springfield. We are open Monday to Friday from 8 am to 5 pm, and on Saturday from 9 am to 1 pm; we are closed on Sunday. You find us at 12 Elm Street; parking is free behind the house. A check-up costs $80, a cleaning costs $110, and whitening costs $250. New patients are welcome; bring your insurance card. For an appointment ask for a day and a time, and say that the front desk will confirm it by text.',
  'Hi, this is Ada, the automated assistant (AI) of Bright Smile Dental. How can I help? Reply STOP to opt out.',
  'Thank you for texting Bright Smile Dental. Have a lovely day!',
  'Sorry, I cannot answer right now. Please call us at +1 415 555 0100.'
from auth.users where email = 'demo@example.com';

insert into public.sms_profiles (user_id, brand, help_contact)
select id, 'Bright Smile Dental', '+1 415 555 0100' from auth.users where email = 'demo@example.com'
on conflict (user_id) do nothing;

select public.sms_save_number(a.user_id, (select account_sid from public.sms_accounts where shared),
  '+15005550006', a.id)
from public.sms_assistants a join auth.users u on u.id = a.user_id
where u.email = 'demo@example.com';
