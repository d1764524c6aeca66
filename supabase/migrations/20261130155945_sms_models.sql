-- sms_models: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

create table sms_private.model_servers (
  server         text                     not null,
  default_model  text                     not null,
  allowed_models text[]                   not null default '{}'::text[],
  list_after     timestamp with time zone not null default now(),
  constraint model_servers_allowed_models_check check ((cardinality(allowed_models) <= 200)),
  constraint model_servers_default_model_check
    check (((char_length(default_model) >= 1) AND (char_length(default_model) <= 200))),
  constraint model_servers_pkey primary key (server),
  constraint model_servers_server_check
    check (((char_length(server) >= 1) AND (char_length(server) <= 300)))
);

create table sms_private.models (
  server        text                     not null,
  model         text                     not null,
  quirks        text[]                   not null default '{}'::text[],
  learned_at    timestamp with time zone not null default now(),
  shutdown_date date,
  constraint models_model_check check (((char_length(model) >= 1) AND (char_length(model) <= 200))),
  constraint models_pkey primary key (server, model),
  constraint models_quirks_check check ((cardinality(quirks) <= 50)),
  constraint models_shutdown_date_check check (isfinite(shutdown_date))
);

alter table public.sms_assistants
  add column reasoning_effort text not null default 'none'::text;

alter table public.sms_assistants
  add column verbosity text not null default 'low'::text;

alter table public.sms_assistants
  add column reads_images boolean not null default false;

-- An isolate asks once, before its first reply. One row is written an hour at most.
create or replace function public.sms_recall_models(server text, default_model text, allowed_models text[])
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
declare
  listing_due boolean;
begin
  insert into sms_private.model_servers as known (server, default_model, allowed_models)
  values (server, default_model, allowed_models)
  on conflict on constraint model_servers_pkey do update
  set default_model = excluded.default_model, allowed_models = excluded.allowed_models
  where (known.default_model, known.allowed_models) is distinct from (excluded.default_model, excluded.allowed_models);
  -- Whoever asks for the list has an hour; if it gets none, the next one tries.
  update sms_private.model_servers known set list_after = clock_timestamp() + interval '1 hour'
  where known.server = sms_recall_models.server and known.list_after <= clock_timestamp();
  listing_due := found;
  return jsonb_build_object(
    'models', (
      select coalesce(jsonb_agg(jsonb_build_object('model', known.model, 'shutdown_date', known.shutdown_date,
        'ends_soon', coalesce(sms_private.ends_soon(known.shutdown_date), false),
        'quirks', case when known.learned_at > clock_timestamp() - interval '7 days' then known.quirks
          else '{}' end) order by known.model), '[]')
      from sms_private.models known where known.server = sms_recall_models.server),
    'listing_due', listing_due);
end
$$;

create or replace function public.sms_record_models(server text, models jsonb, listed boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
begin
  insert into sms_private.models as known (server, model, quirks, shutdown_date)
  select sms_record_models.server, told ->> 'model',
    array(select distinct quirk from jsonb_array_elements_text(coalesce(told -> 'quirks', '[]')) quirk order by 1),
    (told ->> 'shutdown_date')::date
  from jsonb_array_elements(models) told
  where exists (select from sms_private.model_servers asked where asked.server = sms_record_models.server)
  -- By name, so that two isolates never wait for each other in a circle.
  order by told ->> 'model'
  on conflict on constraint models_pkey do update
  set quirks = case
      when listed then known.quirks
      when known.learned_at <= clock_timestamp() - interval '7 days' then excluded.quirks
      else array(select distinct quirk from unnest(known.quirks || excluded.quirks) quirk order by 1) end,
    learned_at = case when listed then known.learned_at else clock_timestamp() end,
    shutdown_date = case when listed then excluded.shutdown_date else known.shutdown_date end;
  if listed then
    update sms_private.model_servers asked set list_after = clock_timestamp() + interval '1 day'
    where asked.server = sms_record_models.server;
  end if;
  return jsonb_build_object('outcome', 'recorded');
end
$$;

create or replace function public.sms_worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'replies_due', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at <= now()),
    'replies_waiting', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at > now()),
    'deliveries_due', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and held_at is null and due_at <= now()),
    -- Due later, or held by the pause of their broadcast.
    'deliveries_waiting', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and (held_at is not null or due_at > now())),
    'deliveries_in_flight', count(*) filter (where in_flight and not unconfirmed),
    'deliveries_unconfirmed', count(*) filter (where unconfirmed),
    'deliveries_resent', count(*) filter (where resent_at is not null),
    'oldest_unconfirmed_seconds', coalesce(max(extract(epoch from now() - attempted_at)) filter (
      where unconfirmed), 0),
    'oldest_due_seconds', coalesce(max(extract(epoch from now() - due_at)) filter (
      where set_aside_at is null and not in_flight and held_at is null and due_at <= now()), 0),
    'set_aside', (select count(*) from sms_private.set_aside()),
    'set_aside_reasons', (
      select coalesce(jsonb_object_agg(r.reason, r.things), '{}')
      from (select coalesce(split_part(a.last_error, ':', 1), 'UNKNOWN') as reason, count(*) as things
            from sms_private.set_aside() a group by 1) r),
    'last_errors', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'error', e.last_error, 'attempts', e.attempts,
        'set_aside_at', e.set_aside_at, 'conversation_id', e.conversation_id, 'message_id', e.message_id,
        'message_sid', e.message_sid)), '[]')
      from (select * from (
              select * from sms_private.set_aside()
              union all
              (select j.kind, j.last_error, j.attempts, j.set_aside_at, j.conversation_id, j.message_id, null
               from sms_private.jobs j where j.last_error is not null and j.set_aside_at is null
                 order by j.id desc limit 10)
            ) all_errors order by set_aside_at desc nulls last limit 10) e),
    -- The operator has to pay the provider, or choose another model.
    'model_without_credit', (
      select jsonb_build_object('replies', count(*), 'since', min(unpaid.set_aside_at), 'last', max(unpaid.set_aside_at))
      from sms_private.jobs unpaid
      where unpaid.kind = 'reply' and unpaid.set_aside_at > now() - interval '1 day'
        and unpaid.last_error like 'MODEL\_NO\_CREDIT:%'
      having count(*) > 0),
    'models_ending', (
      select coalesce(jsonb_agg(to_jsonb(ending)), '[]') from sms_private.models_ending() ending),
    'figures_unfolded', (select count(*) from sms_private.stat_changes),
    'doubled', (select count(distinct v.message_id) from public.sms_message_events v where v.flags @> '{doubled}'))
  || (
    select jsonb_build_object(
      'lookups_due', count(*) filter (where kind = 'lookup' and due_at <= now()),
      'settlements_due', count(*) filter (where kind = 'settlement' and due_at <= now()),
      'settlements_waiting', count(*) filter (where kind = 'settlement' and due_at > now()),
      'settlements_failing', count(*) filter (where kind = 'settlement' and last_error is not null),
      'listings', jsonb_build_object(
        'accounts', count(*) filter (where listed),
        'failing', count(*) filter (where listed and tries > 0),
        'oldest_seconds', coalesce(max(extract(epoch from now() - listed_until)) filter (where listed), 0),
        'last_error', (array_agg(last_error order by tries desc) filter (where listed and tries > 0))[1]))
    from sms_private.questions question
    cross join lateral (select kind = 'listing' and exists (
      select from public.sms_numbers number where number.account_sid = question.account_sid) as listed) here
    where set_aside_at is null)
  from sms_private.jobs
$$;

-- Answering: what isolates learn of the models, for each other.

create or replace function sms_private.ends_soon(shutdown_date date)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return shutdown_date <= (clock_timestamp() + interval '30 days')::date;
end
$$;

create or replace function sms_private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  conversation public.sms_conversations;
  number public.sms_numbers;
  assistant public.sms_assistants;
  job sms_private.jobs;
  silent text;
  cap record;
  message uuid;
  opts_out boolean := coalesce((result ->> 'opt_out')::boolean, false);
  came_back boolean;
begin
  select * into conversation from public.sms_conversations v
    where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = conversation.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  came_back := opts_out and sms_private.came_back_since(conversation, through);
  select * into strict number from public.sms_numbers p where p.id = conversation.phone_number_id;
  select * into assistant from public.sms_assistants s where s.id = number.assistant_id;

  silent := sms_private.no_reply_reason(conversation);
  if silent is not null or not conversation.ai_enabled then
    -- No reply goes out, but an opt-out counts.
    if opts_out and not came_back and silent is distinct from 'opted_out' then
      perform sms_private.opt_out_by_model(conversation, result);
      silent := 'opted_out';
    end if;
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_reason = silent where v.id = conversation.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return sms_private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if came_back then
    -- The contact sent START after the message that the model read. Discard the model's opt-out.
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
    return jsonb_build_object('outcome', 'nothing_to_send', 'message_id', null);
  end if;
  if assistant.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (conversation.greeting_pending
      and assistant.first_message is not null) then
    -- The assistant changed, or the greeting became due or no longer is: drop the reply and ask the model again.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- A newer message came: drop the reply once. This is no failed try. sms_receive_message has set when the job is due.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- An opt-out counts even when the limit of replies is used up.
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found and not opts_out then
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  if not opts_out and not (result ->> 'greeting')::boolean and coalesce(result ->> 'reply', '') !~ '\S'
    and not coalesce((result ->> 'end_conversation')::boolean, false)
    and not coalesce((result ->> 'handoff')::boolean, false) and not sms_private.was_reopened(conversation) then
    return sms_private.finish_failed(job, through, jsonb_build_object('code', 'MODEL_EMPTY',
      'message', 'The model answered without words', 'permanent', false), max_attempts);
  end if;
  message := sms_private.store_answer(conversation, assistant, result, job.wanted_seq <= through);
  if (result ->> 'greeting')::boolean and assistant.reply_after_first_message then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not opts_out then
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
  end if;
  if opts_out then
    -- The opt-out skips locked jobs, and this transaction holds the lock of this one.
    delete from sms_private.jobs j where j.id = job.id;
  end if;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
$$;

-- For which assistants the model goes away soon. The server that was asked for its models last is the one in use.
create or replace function sms_private.models_ending()
returns table (assistant_id uuid, user_id uuid, model text, shutdown_date date)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select assistant.id, assistant.user_id, known.model, known.shutdown_date
    from (select * from sms_private.model_servers order by list_after desc limit 1) used
    join sms_private.models known on known.server = used.server
    join public.sms_assistants assistant
      on known.model = case when assistant.model = any (used.allowed_models) then assistant.model
        else used.default_model end
    where sms_private.ends_soon(known.shutdown_date) and assistant.active
    order by known.shutdown_date, assistant.id;
end
$$;

-- What the model needs to know to answer one conversation.
create or replace function sms_private.reply_context(job sms_private.jobs)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object(
      'job_id', job.id, 'lease_token', job.lease_token, 'attempt', job.attempts,
      'conversation_id', conversation.id, 'user_id', conversation.user_id,
      'contact_id', conversation.contact_id, 'through_seq', job.wanted_seq,
      'greeting', conversation.greeting_pending and assistant.first_message is not null,
      'reopened', sms_private.was_reopened(conversation),
      'waiting_for_person', conversation.waiting_for_person,
      'assistant', jsonb_build_object('id', assistant.id, 'name', assistant.name, 'prompt', assistant.prompt,
        'model', assistant.model, 'temperature', assistant.temperature, 'language', assistant.language,
        'max_segments', assistant.max_segments, 'reasoning_effort', assistant.reasoning_effort,
        'verbosity', assistant.verbosity, 'reads_images', assistant.reads_images),
      'contact', jsonb_build_object('name', contact.name, 'time_zone', contact.time_zone),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('seq', turn.seq, 'direction', turn.direction,
          'sender', turn.sender, 'body', turn.body, 'media', turn.media,
          -- Workers from before 'media' need the count.
          'media_count', jsonb_array_length(turn.media),
          'account_sid', case when assistant.reads_images and turn.media <> '[]' then turn.account_sid end,
          'created_at', turn.created_at)
          -- A message that the last reply had not read comes after that reply.
          order by turn.direction = 'inbound' and turn.seq > coalesce(job.answered_seq, job.wanted_seq),
            turn.seq), '[]')
        from (
          select message.* from public.sms_messages message
          where message.conversation_id = conversation.id
            and message.kind not in ('keyword', 'error', 'opt_out_confirmation')
            and message.status not in ('canceled', 'scheduled')
          order by message.seq desc limit assistant.max_history
        ) turn))
    from public.sms_conversations conversation
    join public.sms_contacts contact on contact.id = conversation.contact_id
    join public.sms_numbers number on number.id = conversation.phone_number_id
    join public.sms_assistants assistant on assistant.id = number.assistant_id
    where conversation.id = job.conversation_id);
end
$$;

-- Answering: what an answer becomes.

-- Stores what an answer says and does. The caller has decided that it may be sent.
create or replace function sms_private.store_answer(conversation public.sms_conversations, assistant public.sms_assistants,
  result jsonb, caught_up boolean)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  ending boolean := caught_up and coalesce((result ->> 'end_conversation')::boolean, false);
  body text := btrim(coalesce(result ->> 'reply', ''), E' \t\r\n');
  wanted text := nullif(result ->> 'intent', '');
  kind text := 'reply';
  sent public.sms_messages;
begin
  if (result ->> 'opt_out')::boolean then
    -- Confirmed once, also when the contact opts out at two numbers at the same moment.
    body := case when sms_private.opt_out_by_model(conversation, result)
      then sms_private.setting('opt_out_confirmation') #>> '{}' else '' end;
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := assistant.first_message;
    kind := 'greeting';
  elsif ending and (body <> '' or not sms_private.was_reopened(conversation)) then
    -- An end without words says goodbye. "Thanks" after the end is the case in which silence is meant.
    body := coalesce(assistant.goodbye_message, nullif(body, ''),
      sms_private.words_in('goodbye_words', assistant.language));
    kind := 'goodbye';
  elsif body = '' and (result ->> 'handoff')::boolean then
    body := sms_private.words_in('handoff_words', assistant.language);
  end if;
  if body <> '' then
    sent := sms_private.store_outbound(conversation.id, 'assistant', kind, body, '[]', 0, null, wanted);
    if (result ->> 'shortened')::boolean then
      perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  if wanted is not null then
    update public.sms_messages m set intent = wanted
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint;
  end if;
  -- Most answers change none of this.
  if ending or conversation.greeting_pending or conversation.intent is distinct from coalesce(wanted, conversation.intent)
    or conversation.ai_paused_reason is not null or kind = 'opt_out_confirmation'
    or (result ->> 'handoff')::boolean then
    update public.sms_conversations v
    set greeting_pending = false, intent = coalesce(wanted, v.intent),
      ai_paused_reason = case kind when 'opt_out_confirmation' then 'opted_out' end,
      waiting_for_person = v.waiting_for_person or coalesce((result ->> 'handoff')::boolean, false),
      status = case when ending then 'ended' else v.status end,
      ended_at = case when ending then clock_timestamp() else v.ended_at end,
      end_reason = case when ending then 'assistant' else v.end_reason end
    where v.id = conversation.id;
  end if;
  return sent.id;
end
$$;

create or replace function sms_private.was_reopened(conversation public.sms_conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return conversation.reopened_at is not null and not exists (
    select from public.sms_messages message
    where message.conversation_id = conversation.id and message.direction = 'outbound'
      and message.created_at > conversation.reopened_at);
end
$$;

create or replace function sms_private.words_in(setting_name text, language text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words jsonb := sms_private.setting(setting_name);
begin
  return coalesce(words ->> lower(language), words ->> lower(split_part(language, '-', 1)), words ->> 'en');
end
$$;

alter table public.sms_assistants
  add constraint sms_assistants_reasoning_effort_check
    check
    ((reasoning_effort = ANY (ARRAY['none'::text, 'minimal'::text, 'low'::text, 'medium'::text, 'high'::text,
    'xhigh'::text])));

alter table public.sms_assistants
  add constraint sms_assistants_verbosity_check
    check ((verbosity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text])));

alter table sms_private.models
  add constraint models_server_fkey foreign key (server) references sms_private.model_servers(server)
    on delete cascade;

comment on column public.sms_assistants.reads_images is 'Whether the model gets the images of the contact''s latest messages.';

comment on column public.sms_assistants.reasoning_effort is 'How long a model that reasons may think before it answers.';

comment on column public.sms_assistants.verbosity is 'How much a model says that can be told so.';

comment on column sms_private.model_servers.allowed_models is 'Those that assistants may name besides.';

comment on column sms_private.model_servers.default_model is 'Answers for assistants that name no model that is allowed.';

comment on column sms_private.model_servers.list_after is 'When a worker shall ask the server for its models again.';

comment on column sms_private.model_servers.server is 'Host and path, without what may be secret.';

comment on column sms_private.models.learned_at is 'When that was learned. It counts for a week: servers are upgraded.';

comment on column sms_private.models.model is 'Its name, as assistants and settings name it.';

comment on column sms_private.models.quirks is 'What it refuses, and what it ignores (_shared/sms/model/quirks.ts).';

comment on column sms_private.models.server is 'Which server.';

comment on column sms_private.models.shutdown_date is 'When the provider shuts it down, as GET /v1/models says; null if it does not say.';

comment on function public.sms_recall_models(text, text, text[]) is 'What is known of a server''s models: { models: [{ model, quirks, shutdown_date, ends_soon }], listing_due }. What was learned a week ago is forgotten. listing_due: this caller shall ask the server for its models.';

comment on function public.sms_record_models(text, jsonb, boolean) is 'Adds what a server has shown of its models, [{ model, quirks }], or with listed what it says of them, [{ model, shutdown_date }]. A server that nobody recalled is not recorded.';

comment on function public.sms_worker_health() is 'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; how far accounts are listed; messages not settled; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID.';

comment on function sms_private.ends_soon(date) is 'Whether a model is shut down within 30 days, or was. Null without a date.';

comment on function sms_private.models_ending() is 'Active assistants whose model the provider shuts down within 30 days, or has shut down.';

comment on function sms_private.was_reopened(public.sms_conversations) is 'Whether the contact wrote again after the end, and no message has gone out since. Then the assistant may stay silent.';

comment on function sms_private.words_in(text, text) is 'A sentence that is kept by language, in the language of a tag such as pt-BR, else in English.';

comment on table sms_private.model_servers is 'Servers that speak OpenAI''s chat completions: one, but for a change of the settings.';

comment on table sms_private.models is 'What a server has shown or said of its models.';

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values ('goodbye_words', '{"de": "Vielen Dank. Auf Wiedersehen!", "en": "Thank you. Goodbye!", "es": "Gracias. ¡Hasta luego!", "fr": "Merci. Au revoir !", "it": "Grazie. Arrivederci!", "nl": "Bedankt. Tot ziens!", "pt": "Obrigado. Até logo!"}') on conflict (name) do nothing;
insert into sms_private.settings (name, value) values ('handoff_words', '{"de": "Vielen Dank. Jemand aus unserem Team antwortet Ihnen hier.", "en": "Thank you. A person from our team will reply to you here.", "es": "Gracias. Una persona de nuestro equipo le responderá aquí.", "fr": "Merci. Une personne de notre équipe vous répondra ici.", "it": "Grazie. Una persona del nostro team Le risponderà qui.", "nl": "Bedankt. Iemand van ons team antwoordt u hier.", "pt": "Obrigado. Alguém da nossa equipe responderá aqui."}') on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_recall_models(text,text,text[]) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_models(text,jsonb,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.ends_soon(date) from public, anon, authenticated, service_role;
revoke all on function sms_private.models_ending() from public, anon, authenticated, service_role;
revoke all on function sms_private.was_reopened(public.sms_conversations) from public, anon, authenticated, service_role;
revoke all on function sms_private.words_in(text,text) from public, anon, authenticated, service_role;
revoke all on table sms_private.model_servers from public, anon, authenticated, service_role;
revoke all on table sms_private.models from public, anon, authenticated, service_role;
grant execute on function public.sms_recall_models(text,text,text[]) to service_role;
grant execute on function public.sms_record_models(text,jsonb,boolean) to service_role;
grant execute on function sms_private.ends_soon(date) to service_role;
grant execute on function sms_private.models_ending() to service_role;
grant execute on function sms_private.was_reopened(public.sms_conversations) to service_role;
grant execute on function sms_private.words_in(text,text) to service_role;
grant delete, insert, select, update on table sms_private.model_servers to service_role;
grant delete, insert, select, update on table sms_private.models to service_role;
grant insert (reads_images, reasoning_effort, verbosity) on table public.sms_assistants to authenticated;
grant update (reads_images, reasoning_effort, verbosity) on table public.sms_assistants to authenticated;

reset check_function_bodies;
