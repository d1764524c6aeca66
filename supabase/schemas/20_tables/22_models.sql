-- What is known of the models that answer, and of the servers that they run on.

create table sms_private.model_servers (
  server text primary key check (char_length(server) between 1 and 300),
  default_model text not null check (char_length(default_model) between 1 and 200),
  allowed_models text[] not null default '{}' check (cardinality(allowed_models) <= 200),
  list_after timestamptz not null default now()
);
comment on table sms_private.model_servers is 'Servers that speak OpenAI''s chat completions: one, but for a change of the settings.';
comment on column sms_private.model_servers.server is 'Host and path, without what may be secret.';
comment on column sms_private.model_servers.default_model is 'Answers for assistants that name no model that is allowed.';
comment on column sms_private.model_servers.allowed_models is 'Those that assistants may name besides.';
comment on column sms_private.model_servers.list_after is 'When a worker shall ask the server for its models again.';

create table sms_private.models (
  server text not null references sms_private.model_servers (server) on delete cascade,
  model text not null check (char_length(model) between 1 and 200),
  quirks text[] not null default '{}' check (cardinality(quirks) <= 50),
  learned_at timestamptz not null default now(),
  shutdown_date date check (isfinite(shutdown_date)),
  primary key (server, model)
);
comment on table sms_private.models is 'What a server has shown or said of its models.';
comment on column sms_private.models.server is 'Which server.';
comment on column sms_private.models.model is 'Its name, as assistants and settings name it.';
comment on column sms_private.models.quirks is 'What it refuses, and what it ignores (_shared/sms/model/quirks.ts).';
comment on column sms_private.models.learned_at is 'When that was learned. It counts for a week: servers are upgraded.';
comment on column sms_private.models.shutdown_date is 'When the provider shuts it down, as GET /v1/models says; null if it does not say.';
