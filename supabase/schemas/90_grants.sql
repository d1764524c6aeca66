-- Who may do what. Nothing else in the tree grants or revokes.

-- Closed first, by name and for all four roles: a project may grant new objects in public to the API roles by default,
-- and Postgres lets everybody execute a new function. The project's own defaults stay as they are.
revoke all on schema sms_private from public, anon, authenticated, service_role;
revoke all on all tables in schema sms_private from public, anon, authenticated, service_role;
revoke all on all sequences in schema sms_private from public, anon, authenticated, service_role;
revoke all on all functions in schema sms_private from public, anon, authenticated, service_role;
revoke all on
  public.sms_accounts, public.sms_assistants, public.sms_broadcasts, public.sms_consent_events,
  public.sms_contacts, public.sms_conversations, public.sms_limits, public.sms_message_events, public.sms_messages,
  public.sms_numbers, public.sms_profiles, public.sms_stats, public.sms_templates
  from public, anon, authenticated, service_role;
revoke all on function
  public.sms_after_restore, public.sms_assign_number, public.sms_call_for, public.sms_cancel_broadcast,
  public.sms_cancel_message, public.sms_check_deliveries, public.sms_choose_sender,
  public.sms_claim_deliveries, public.sms_claim_doubts, public.sms_claim_events,
  public.sms_claim_questions, public.sms_claim_replies, public.sms_confirm_signer,
  public.sms_count_messages, public.sms_count_refused_webhooks, public.sms_create_broadcast,
  public.sms_create_broadcast_for, public.sms_create_message, public.sms_create_message_for,
  public.sms_delete_event_endpoint, public.sms_disconnect_account, public.sms_erase_contact,
  public.sms_erase_contact_for, public.sms_export_consents, public.sms_export_contact, public.sms_export_contact_for,
  public.sms_export_tenant, public.sms_export_tenant_for, public.sms_filter_unassigned_numbers,
  public.sms_find_number_accounts, public.sms_find_unknown_messages, public.sms_finish_replies,
  public.sms_fold_stats, public.sms_get_account, public.sms_get_attachment, public.sms_get_broadcast,
  public.sms_get_consent, public.sms_get_conversation, public.sms_get_delivery, public.sms_get_limits,
  public.sms_get_profile, public.sms_get_quiet_hours, public.sms_give_number,
  public.sms_hand_back,
  public.sms_inspect,
  public.sms_list_account_sids, public.sms_list_accounts, public.sms_list_contacts_without_consent, public.sms_list_credentials,
  public.sms_list_event_endpoints, public.sms_list_message_numbers, public.sms_list_messages_with,
  public.sms_list_numbers, public.sms_list_stops, public.sms_list_webhooks, public.sms_manage_events_for,
  public.sms_opt_out_contact, public.sms_pause_broadcast, public.sms_recall_models,
  public.sms_receive_message, public.sms_record_consents, public.sms_record_deliveries, public.sms_record_doubts, public.sms_record_events,
  public.sms_record_models, public.sms_record_questions, public.sms_record_status, public.sms_record_wake,
  public.sms_record_webhook, public.sms_recover_sent_message, public.sms_remove_shared_key,
  public.sms_repair_any_number, public.sms_repair_number, public.sms_replace_credentials,
  public.sms_replace_secret, public.sms_replay_events, public.sms_require_consent, public.sms_resume_broadcast,
  public.sms_rotate_event_secret, public.sms_save_account, public.sms_save_event_endpoint,
  public.sms_save_number, public.sms_save_profile, public.sms_save_quiet_hours,
  public.sms_schedule_worker, public.sms_search_conversations, public.sms_set_limits,
  public.sms_set_message_aside, public.sms_settle_any_message, public.sms_settle_message,
  public.sms_settle_opt_out,
  public.sms_summarize_messages, public.sms_switch_off, public.sms_switch_on, public.sms_take_over,
  public.sms_take_preview_turn, public.sms_take_turn, public.sms_test_event_endpoint,
  public.sms_unassign_number, public.sms_unschedule_worker, public.sms_update_conversation,
  public.sms_worker_health
  from public, anon, authenticated, service_role;

-- anon: nothing.

-- authenticated, a signed-in user: its own rows (the policies), and the verbs.
grant usage on schema sms_private to authenticated;
grant select on
  public.sms_accounts, public.sms_assistants, public.sms_broadcasts, public.sms_consent_events,
  public.sms_contacts, public.sms_conversations, public.sms_limits, public.sms_message_events, public.sms_messages,
  public.sms_numbers, public.sms_profiles, public.sms_stats, public.sms_templates
  to authenticated;
grant insert (user_id, name, prompt, first_message, goodbye_message, error_message, model, temperature, language,
  reply_delay_ms,
    max_history, max_segments, idle_timeout, reply_after_first_message, active, reasoning_effort, verbosity,
    reads_images, time_zone, discloses_machine, help_message)
  on public.sms_assistants to authenticated;
grant update (name, prompt, first_message, goodbye_message, error_message, model, temperature, language, reply_delay_ms,
    max_history, max_segments, idle_timeout, reply_after_first_message, active, reasoning_effort, verbosity,
    reads_images, time_zone, discloses_machine, help_message)
  on public.sms_assistants to authenticated;
grant delete on public.sms_assistants to authenticated;
grant insert (user_id, name, body, purpose) on public.sms_templates to authenticated;
grant update (name, body, purpose) on public.sms_templates to authenticated;
grant delete on public.sms_templates to authenticated;
grant insert (user_id, number, name, time_zone, zip_code) on public.sms_contacts to authenticated;
grant update (name, time_zone, zip_code) on public.sms_contacts to authenticated;
grant update (ai_enabled) on public.sms_conversations to authenticated;
grant execute on function
  public.sms_choose_sender, public.sms_count_messages, public.sms_create_message, public.sms_cancel_message,
  public.sms_create_broadcast, public.sms_get_broadcast, public.sms_pause_broadcast, public.sms_resume_broadcast,
  public.sms_cancel_broadcast, public.sms_search_conversations, public.sms_get_conversation,
  public.sms_list_messages_with, public.sms_list_message_numbers, public.sms_get_attachment,
  public.sms_update_conversation, public.sms_take_over, public.sms_hand_back,
  public.sms_delete_event_endpoint, public.sms_erase_contact, public.sms_export_consents,
  public.sms_export_contact, public.sms_export_tenant, public.sms_get_consent, public.sms_get_profile,
  public.sms_get_quiet_hours, public.sms_list_accounts, public.sms_list_contacts_without_consent,
  public.sms_list_event_endpoints, public.sms_list_numbers, public.sms_list_stops,
  public.sms_opt_out_contact, public.sms_record_consents, public.sms_replay_events,
  public.sms_rotate_event_secret, public.sms_save_event_endpoint, public.sms_save_profile,
  public.sms_save_quiet_hours, public.sms_settle_message, public.sms_settle_opt_out,
  public.sms_summarize_messages, public.sms_test_event_endpoint
  to authenticated;
-- The verbs above call these with the rights of their caller. Each asks sms_private.tenant_id() itself.
grant execute on function
  sms_private.account_view, sms_private.archived_totals, sms_private.broadcast_totals, sms_private.cancel_message,
  sms_private.change_my_broadcast, sms_private.change_my_conversation, sms_private.count_my_messages,
  sms_private.delete_my_endpoint, sms_private.erase_my_contact, sms_private.export_my_consents,
  sms_private.export_my_contact, sms_private.export_my_tenant, sms_private.get_my_consent,
  sms_private.get_my_conversation, sms_private.get_my_quiet_hours, sms_private.is_number_unreadable,
  sms_private.list_my_contacts_without_consent, sms_private.list_my_endpoints, sms_private.list_my_messages_with, sms_private.list_stops, sms_private.my_contact,
  sms_private.my_signers_of, sms_private.new_id, sms_private.number_view, sms_private.once_for_caller,
  sms_private.profile_view,
  sms_private.opt_out_contact, sms_private.replay_my_events, sms_private.rotate_my_secret,
  sms_private.save_my_endpoint, sms_private.save_my_profile, sms_private.save_my_quiet_hours,
  sms_private.settle_my_message, sms_private.settle_my_opt_out, sms_private.test_my_endpoint,
  sms_private.search_my_conversations, sms_private.summarize_messages, sms_private.tenant_id,
  sms_private.update_my_conversation, sms_private.webhook_problem_of
  to authenticated;

-- The check constraint of the one table of these that they may update.
grant execute on function sms_private.check_conversation, sms_private.refuse_row to authenticated;

-- service_role, the secret key: the functions. It bypasses row level security.
grant usage on schema sms_private to service_role;
grant select, insert, update, delete on
  public.sms_accounts, public.sms_assistants, public.sms_broadcasts, public.sms_contacts, public.sms_conversations,
  public.sms_limits, public.sms_messages, public.sms_numbers, public.sms_profiles, public.sms_stats,
  public.sms_templates
  to service_role;
-- Append-only, also for the functions.
grant select, insert on public.sms_consent_events, public.sms_message_events to service_role;
grant select, insert, update, delete on
  sms_private.doubts, sms_private.event_attempts, sms_private.event_endpoints, sms_private.events,
  sms_private.idempotency_keys, sms_private.jobs, sms_private.models, sms_private.model_servers,
  sms_private.pace_marks, sms_private.project_turns, sms_private.promotions, sms_private.questions,
  sms_private.quiet_hours, sms_private.refused_webhooks, sms_private.restores,
  sms_private.sender_blocks, sms_private.sender_pace, sms_private.settings, sms_private.shared_keys,
  sms_private.stops, sms_private.texts_set_aside, sms_private.turns, sms_private.twilio_credentials,
  sms_private.unsent_calls, sms_private.worker_wakes
  to service_role;
grant select on
  sms_private.erased_consents, sms_private.erased_texts, sms_private.erasures, sms_private.stat_changes, sms_private.stat_deltas, sms_private.stat_parts, sms_private.stat_hours,
  sms_private.country_prefixes, sms_private.identity_patterns, sms_private.number_spellings,
  sms_private.opt_out_patterns, sms_private.opt_out_words, sms_private.quiet_days,
  sms_private.sending_hours, sms_private.stat_days, sms_private.state_zones, sms_private.zip_prefixes
  to service_role;
-- A message from a contact; delivery reports.
grant execute on function
  public.sms_receive_message, public.sms_record_status, public.sms_count_refused_webhooks,
  public.sms_confirm_signer, public.sms_list_account_sids
  to service_role;
-- The worker: answer, send, ask Twilio.
grant execute on function
  public.sms_claim_replies, public.sms_finish_replies, public.sms_claim_deliveries, public.sms_record_deliveries,
  public.sms_check_deliveries, public.sms_claim_doubts, public.sms_record_doubts, public.sms_get_delivery,
  public.sms_claim_questions, public.sms_record_questions, public.sms_recall_models,
  public.sms_find_unknown_messages, public.sms_fold_stats, public.sms_inspect, public.sms_record_models,
  public.sms_record_wake, public.sms_recover_sent_message, public.sms_set_message_aside,
  public.sms_worker_health
  to service_role;
-- Events for the adopter's backend.
grant execute on function
  public.sms_claim_events, public.sms_record_events, public.sms_manage_events_for
  to service_role;
-- Sending for a named tenant; calling any verb of the users as that tenant.
grant execute on function
  public.sms_create_message_for, public.sms_create_broadcast_for, public.sms_call_for
  to service_role;
-- People's data.
grant execute on function
  public.sms_erase_contact_for, public.sms_export_contact_for, public.sms_export_tenant_for
  to service_role;
-- Accounts, credentials and numbers: what needs a call at Twilio first.
grant execute on function
  public.sms_get_account, public.sms_save_account, public.sms_disconnect_account, public.sms_list_credentials,
  public.sms_replace_credentials, public.sms_replace_secret, public.sms_remove_shared_key, public.sms_save_number, public.sms_assign_number, public.sms_give_number,
  public.sms_unassign_number, public.sms_repair_number, public.sms_repair_any_number, public.sms_record_webhook,
  public.sms_list_webhooks, public.sms_find_number_accounts, public.sms_filter_unassigned_numbers
  to service_role;
-- Limits on what costs money.
grant execute on function
  public.sms_take_turn, public.sms_take_preview_turn, public.sms_get_limits, public.sms_set_limits
  to service_role;
-- The operator's switches.
grant execute on function
  public.sms_after_restore, public.sms_require_consent, public.sms_settle_any_message, public.sms_switch_off,
  public.sms_switch_on
  to service_role;
-- The schedule.
grant execute on function
  public.sms_schedule_worker, public.sms_unschedule_worker
  to service_role;
-- What these verbs call.
grant execute on all functions in schema sms_private to service_role;

-- The project's owner alone: triggers, the schedule, live updates, figures made anew, the archive.
revoke execute on function
  sms_private.add_sender_pace, sms_private.announce_conversations, sms_private.announce_messages,
  sms_private.begin_attempt, sms_private.check_account_numbers, sms_private.check_number_account,
  sms_private.check_time_zone, sms_private.count_room, sms_private.take_room, sms_private.forget_account,
  sms_private.count_message, sms_private.lock_assistant_uses, sms_private.lock_template_uses,
  sms_private.forget_events, sms_private.note_consent, sms_private.note_handover, sms_private.note_message,
  sms_private.set_answer_time,
  sms_private.set_message_origin, sms_private.touch_updated_at, sms_private.announce,
  sms_private.set_up_live_updates, sms_private.missing_for_schedule, sms_private.wake_worker,
  sms_private.purge_schedule_logs, sms_private.keep_secret, sms_private.recount_stats, sms_private.fold_changes,
  sms_private.add_figures, sms_private.archive_messages, sms_private.keep_figures, sms_private.move_to_archive,
  sms_private.next_to_archive, sms_private.stays_because, sms_private.set_canonical_number,
  sms_private.join_conversations, sms_private.merge_contact, sms_private.merge_spellings, sms_private.merge_spellings_once,
  sms_private.recall_by_spellings,
  sms_private.fold_messages, sms_private.end_deliveries, sms_private.erase_number, sms_private.export_part,
  sms_private.suppression_secret, sms_private.restore_suppression_key, sms_private.rotate_suppression_key,
  sms_private.newest_suppression_key, sms_private.suppressions_of, sms_private.keep_suppressions,
  sms_private.keep_opt_outs_of_contact, sms_private.keep_opt_outs_of_numbers, sms_private.keep_opt_outs_of_gone,
  sms_private.before_contact_goes, sms_private.before_number_goes, sms_private.recall_opt_outs,
  sms_private.recall_opt_outs_of_contact, sms_private.recall_opt_outs_of_contacts, sms_private.recall_opt_outs_of_number,
  sms_private.keep_consents, sms_private.kept_consents_of, sms_private.purge_erased_consents,
  sms_private.purge_ownerless, sms_private.purge_refused, sms_private.erase_telephone, sms_private.empty_texts, sms_private.read_old_words,
  sms_private.take_in_kept_opt_outs
  from service_role;

reset search_path;
