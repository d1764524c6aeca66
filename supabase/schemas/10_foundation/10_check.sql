-- Before anything is created: what is in the way, as one list.

-- A migration that fails half-way leaves a project half-changed. So everything that could stop this one is looked for
-- first, and all of it is said at once. tests/database/check.test.ts compares the names with what the tree creates.
do $$
declare
  tables constant text[] := array[
    'sms_accounts', 'sms_assistants', 'sms_broadcasts', 'sms_consent_events', 'sms_contacts', 'sms_conversations',
    'sms_limits', 'sms_message_events', 'sms_messages', 'sms_numbers', 'sms_profiles', 'sms_stats',
    'sms_templates'];
  functions constant text[] := array[
    'sms_after_restore', 'sms_assign_number', 'sms_call_for', 'sms_cancel_broadcast', 'sms_cancel_message',
    'sms_check_deliveries', 'sms_choose_sender', 'sms_claim_deliveries', 'sms_claim_doubts', 'sms_claim_events',
    'sms_claim_questions',
    'sms_claim_replies', 'sms_confirm_signer', 'sms_count_messages', 'sms_count_refused_webhooks',
    'sms_create_broadcast', 'sms_create_broadcast_for', 'sms_create_message', 'sms_create_message_for',
    'sms_delete_event_endpoint', 'sms_disconnect_account', 'sms_erase_contact', 'sms_erase_contact_for',
    'sms_export_consents', 'sms_export_contact', 'sms_export_contact_for', 'sms_export_tenant', 'sms_export_tenant_for',
    'sms_filter_unassigned_numbers', 'sms_find_number_accounts', 'sms_find_unknown_messages',
    'sms_finish_replies', 'sms_fold_stats', 'sms_get_account', 'sms_get_attachment', 'sms_get_broadcast',
    'sms_get_consent', 'sms_get_conversation', 'sms_get_delivery', 'sms_get_limits', 'sms_get_profile',
    'sms_get_quiet_hours', 'sms_give_number', 'sms_hand_back',
    'sms_inspect',
    'sms_list_account_sids', 'sms_list_accounts', 'sms_list_contacts_without_consent', 'sms_list_credentials', 'sms_list_event_endpoints',
    'sms_list_message_numbers', 'sms_list_messages_with', 'sms_list_numbers', 'sms_list_stops',
    'sms_list_webhooks', 'sms_manage_events_for', 'sms_opt_out_contact', 'sms_pause_broadcast',
    'sms_recall_models', 'sms_receive_message', 'sms_record_consents', 'sms_record_deliveries', 'sms_record_doubts', 'sms_record_events', 'sms_record_models',
    'sms_record_questions', 'sms_record_status', 'sms_record_wake', 'sms_record_webhook',
    'sms_recover_sent_message', 'sms_remove_shared_key', 'sms_repair_any_number', 'sms_repair_number',
    'sms_replace_credentials', 'sms_replace_secret', 'sms_replay_events', 'sms_require_consent',
    'sms_resume_broadcast', 'sms_rotate_event_secret', 'sms_save_account', 'sms_save_event_endpoint',
    'sms_save_number', 'sms_save_profile', 'sms_save_quiet_hours',
    'sms_schedule_worker', 'sms_search_conversations', 'sms_set_limits', 'sms_set_message_aside',
    'sms_settle_any_message',
    'sms_settle_message', 'sms_settle_opt_out', 'sms_summarize_messages', 'sms_switch_off', 'sms_switch_on', 'sms_take_over',
    'sms_take_preview_turn', 'sms_take_turn', 'sms_test_event_endpoint', 'sms_unassign_number',
    'sms_unschedule_worker', 'sms_update_conversation', 'sms_worker_health'];
  problems text[] := '{}';
begin
  if current_setting('server_version_num')::int < 150000 then
    problems := problems || format('Postgres is %s. Upgrade the project to 15 or newer.',
      current_setting('server_version'));
  end if;
  if to_regclass('auth.users') is null or to_regprocedure('auth.uid()') is null then
    problems := problems || 'The table auth.users or the function auth.uid() is missing. This is not a Supabase project.'::text;
  end if;
  problems := problems || array(
    select format('The role %s is missing. This is not a Supabase project.', needed.role)
    from unnest(array['anon', 'authenticated', 'service_role']) needed (role)
    where to_regrole(needed.role) is null);
  if to_regnamespace('sms_private') is not null then
    problems := problems || 'The schema sms_private exists. Rename it, or drop what an earlier try left.'::text;
  end if;
  problems := problems || array(
    select format('public.%s exists. Rename it or move it to another schema (docs/moving.md).', taken.relname)
    from pg_class taken
    where taken.relnamespace = 'public'::regnamespace
      and (taken.relname = any (tables)
        -- Indexes share the names of tables.
        or taken.relkind in ('i', 'I') and taken.relname ~ ('^(' || array_to_string(tables, '|') || ')_[a-z_]+_idx$')
        and not exists (
          select from pg_index owned join pg_class parent on parent.oid = owned.indrelid
          where owned.indexrelid = taken.oid and parent.relname = any (tables)))
    order by taken.relname);
  problems := problems || array(
    select format('The function public.%s(%s) exists. Rename it.', taken.proname,
      pg_get_function_identity_arguments(taken.oid))
    from pg_proc taken
    where taken.pronamespace = 'public'::regnamespace and taken.proname = any (functions)
    order by taken.proname);
  problems := problems || array(
    select format('The extension %s is not available on this server. Install it, or use another server.',
      needed.extension)
    from unnest(array['pg_trgm', 'btree_gin']) needed (extension)
    where not exists (select from pg_available_extensions available where available.name = needed.extension)
      and not exists (select from pg_extension installed where installed.extname = needed.extension));
  if problems <> '{}' then
    raise exception E'supabase-sms cannot be installed yet. Nothing was changed.\n- %',
      array_to_string(problems, E'\n- ')
      using errcode = 'object_not_in_prerequisite_state';
  end if;
end
$$;
