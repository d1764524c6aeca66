-- Texts that a tenant keeps for sending again, with places for variables.

create table public.message_templates (
  id uuid primary key default private.new_id(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  body text not null check (char_length(body) between 1 and 1600),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, name),
  unique (id, user_id)
);
comment on table public.message_templates is 'Texts that a tenant keeps for sending again.';
comment on column public.message_templates.id is 'Time-ordered id.';
comment on column public.message_templates.user_id is 'The tenant.';
comment on column public.message_templates.name is 'What the tenant calls it; unique for the tenant.';
comment on column public.message_templates.body is 'The text, with {{variables}}: letters, digits and underscores between double braces.';
comment on column public.message_templates.created_at is 'When it was made.';
comment on column public.message_templates.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on public.message_templates
  for each row execute function private.touch_updated_at();

alter table public.message_templates enable row level security;
create policy select_own on public.message_templates for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.message_templates is 'A tenant sees its templates.';
create policy insert_own on public.message_templates for insert to authenticated
  with check ((select auth.uid()) = user_id);
comment on policy insert_own on public.message_templates is 'A tenant adds templates for itself.';
create policy update_own on public.message_templates for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
comment on policy update_own on public.message_templates is 'A tenant changes its templates; what was sent from them stays as it was sent.';
create policy delete_own on public.message_templates for delete to authenticated
  using ((select auth.uid()) = user_id);
comment on policy delete_own on public.message_templates is 'A tenant deletes its templates; what was sent from them stays.';
grant select, delete on public.message_templates to authenticated;
grant insert (user_id, name, body) on public.message_templates to authenticated;
grant update (name, body) on public.message_templates to authenticated;
grant select, insert, update, delete on public.message_templates to service_role;

alter table public.sms_messages
  add column template_id uuid,
  add foreign key (template_id, user_id) references public.message_templates (id, user_id)
    on delete set null (template_id);
comment on column public.sms_messages.template_id is 'The template it was made from, while that exists.';
create index sms_messages_template_idx on public.sms_messages (template_id, user_id) where template_id is not null;

-- What a person does not see: controls but tab and newline, zero-width characters, marks and overrides of direction.
-- The functions clean more (_shared/text.ts); this holds for whoever calls the verbs directly, and for templates.
create function private.visible_text(body text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select regexp_replace(regexp_replace(body, '\r\n?', E'\n', 'g'),
    '[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFC]',
    '', 'g')
$$;
comment on function private.visible_text is 'A text without controls and invisible characters; joiners, which are spelling, stay.';
revoke execute on function private.visible_text from public, anon, authenticated;
grant execute on function private.visible_text to service_role;

-- One pass: what a variable says is text, also when it looks like a variable.
create function private.render_template(template text, variables jsonb, out body text, out missing jsonb)
language sql stable set search_path = ''
as $$
  -- Longer than any text may be is long enough to be refused: a value is not multiplied by hundreds of places.
  select string_agg(piece.plain || coalesce(left(variables ->> place.variable, 1601), ''), '' order by piece.i),
    jsonb_agg(distinct place.variable) filter (where not variables ? place.variable)
  from regexp_split_to_table(template, '\{\{\s*\w+\s*\}\}') with ordinality piece (plain, i)
  left join (
    select found.groups[1] as variable, found.i
    from regexp_matches(template, '\{\{\s*(\w+)\s*\}\}', 'g') with ordinality found (groups, i)
  ) place on place.i = piece.i
$$;
comment on function private.render_template is
  'Puts variables into a template. missing: the names that have no value, null when all have one.';
revoke execute on function private.render_template from public, anon, authenticated;
grant execute on function private.render_template to service_role;

create function private.are_variables(variables jsonb)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select case when jsonb_typeof(variables) = 'object' then not exists (
      select from jsonb_each(variables) v where jsonb_typeof(v.value) not in ('string', 'number'))
    else false end
$$;
comment on function private.are_variables is 'Whether it is a flat object of strings and numbers.';
revoke execute on function private.are_variables from public, anon, authenticated;
grant execute on function private.are_variables to service_role;

create function private.compose_body(tenant uuid, body text, template uuid, variables jsonb)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  t public.message_templates;
  given jsonb := coalesce(variables, '{}');
  rendered record;
begin
  if body is not null and template is not null then
    return jsonb_build_object('outcome', 'BODY_OR_TEMPLATE');
  end if;
  if template is not null then
    select * into t from public.message_templates s where s.id = template and s.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'TEMPLATE_NOT_FOUND');
    end if;
  end if;
  -- Variables without a template would leave the reader with the {{name}} that a body may contain.
  if not private.are_variables(given) or (template is null and given <> '{}') then
    return jsonb_build_object('outcome', 'INVALID_VARIABLES');
  end if;
  if template is null then
    return jsonb_build_object('body', private.visible_text(coalesce(body, '')));
  end if;
  select * into rendered from private.render_template(t.body, given);
  if rendered.missing is not null then
    return jsonb_build_object('outcome', 'TEMPLATE_VARIABLE_MISSING',
      'details', jsonb_build_object('missing', rendered.missing));
  end if;
  return jsonb_build_object('body', private.visible_text(rendered.body));
end
$$;
comment on function private.compose_body is
  'What a text says: { body }, as given or from a template, without invisible characters; or { outcome }, a refusal.';
revoke execute on function private.compose_body from public, anon, authenticated;
grant execute on function private.compose_body to service_role;
