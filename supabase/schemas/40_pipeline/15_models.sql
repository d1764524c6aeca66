-- Answering: what isolates learn of the models, for each other.

create function sms_private.ends_soon(shutdown_date date)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return shutdown_date <= (clock_timestamp() + interval '30 days')::date;
end
$$;
comment on function sms_private.ends_soon is 'Whether a model is shut down within 30 days, or was. Null without a date.';

-- An isolate asks once, before its first reply. One row is written an hour at most.
create function public.sms_recall_models(server text, default_model text, allowed_models text[])
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
  -- The isolate that asks for the list has an hour. If it gets none, another one tries.
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
comment on function public.sms_recall_models is
  'What is known of a server''s models: { models: [{ model, quirks, shutdown_date, ends_soon }], listing_due }. What was learned a week ago is forgotten. listing_due: this caller shall ask the server for its models.';

create function public.sms_record_models(server text, models jsonb, listed boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
begin
  insert into sms_private.models as known (server, model, quirks, shutdown_date)
  -- A server may list a model twice.
  select distinct on (told ->> 'model') sms_record_models.server, told ->> 'model',
    array(select distinct quirk from jsonb_array_elements_text(coalesce(told -> 'quirks', '[]')) quirk order by 1),
    (told ->> 'shutdown_date')::date
  from jsonb_array_elements(models) told
  where exists (select from sms_private.model_servers asked where asked.server = sms_record_models.server)
  -- By name, so that two isolates never wait for each other in a circle.
  order by told ->> 'model', told ->> 'shutdown_date' nulls last
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
comment on function public.sms_record_models is
  'Adds what a server has shown of its models, [{ model, quirks }], or with listed what it says of them, [{ model, shutdown_date }]. A server that nobody recalled is not recorded.';

-- For which assistants the model goes away soon. The server that was asked for its models last is the one in use.
create function sms_private.models_ending()
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
comment on function sms_private.models_ending is
  'Active assistants whose model the provider shuts down within 30 days, or has shut down.';
