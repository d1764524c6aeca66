-- Takes supabase-sms out of a project: every table, function, type, trigger and policy of ours, its jobs of pg_cron and
-- its secrets in Vault. Nothing else. `task add --remove` puts this text into a migration; it may also be run by itself,
-- by the project's owner. It is one statement: it does all of it or nothing.
--
-- Before: take the functions sms-* away, and export what you want to keep (docs/privacy.md). Messages, contacts and
-- figures are deleted.
-- What stays: the extensions, because others may use them. The opt-outs, in a schema of their own (sms_kept): whoever
-- texts from these numbers next has to know of them, and another installation takes them in. Without any opt-out there
-- is no such schema. It is yours; drop it when no number of yours texts any more.
-- The rows of supabase_migrations.schema_migrations stay while our files are in supabase/migrations. They are one
-- history: `db reset` applies our files and then this one. When you delete our files, this one with them, say so to the
-- CLI: `supabase migration repair --status reverted VERSION …`, with the number that each file's name begins with.
do $$
declare
  -- Set this to true after you have looked at the functions and jobs that mention ours in their text.
  mentions_may_stay constant boolean := false;
  -- What any version made. Made by `task reference` from the migrations; do not edit.
  relations constant text[] := array[
    'public.sms_accounts', 'public.sms_assistants', 'public.sms_broadcasts', 'public.sms_consent_events',
    'public.sms_contacts', 'public.sms_conversations', 'public.sms_limits', 'public.sms_message_events',
    'public.sms_messages', 'public.sms_numbers', 'public.sms_profiles', 'public.sms_stats',
    'public.sms_templates', 'sms_private.archive_position', 'sms_private.archived_broadcasts',
    'sms_private.archived_figures', 'sms_private.archived_messages', 'sms_private.consent_imports',
    'sms_private.consent_to_store', 'sms_private.conversation_entries', 'sms_private.conversation_filter',
    'sms_private.country_prefixes', 'sms_private.doubts', 'sms_private.emptied_until',
    'sms_private.erased_consents', 'sms_private.erased_texts', 'sms_private.erasures',
    'sms_private.event_attempts', 'sms_private.event_endpoints', 'sms_private.events',
    'sms_private.idempotency_keys', 'sms_private.identity_patterns', 'sms_private.jobs',
    'sms_private.kept_consents', 'sms_private.model_servers', 'sms_private.models',
    'sms_private.number_spellings', 'sms_private.old_words', 'sms_private.opt_out_patterns',
    'sms_private.opt_out_to_keep', 'sms_private.opt_out_words', 'sms_private.pace_marks',
    'sms_private.project_turns', 'sms_private.promotions', 'sms_private.purges', 'sms_private.questions',
    'sms_private.quiet_days', 'sms_private.quiet_hours', 'sms_private.refused_webhooks',
    'sms_private.restores', 'sms_private.search_patterns', 'sms_private.sender_blocks',
    'sms_private.sender_pace', 'sms_private.sending_hours', 'sms_private.settings',
    'sms_private.shared_keys', 'sms_private.stat_changes', 'sms_private.stat_days',
    'sms_private.stat_deltas', 'sms_private.stat_hours', 'sms_private.stat_parts',
    'sms_private.state_zones', 'sms_private.stops', 'sms_private.suppression_keys',
    'sms_private.suppressions', 'sms_private.texts_set_aside', 'sms_private.turns',
    'sms_private.twilio_credentials', 'sms_private.unsent_calls', 'sms_private.worker_wakes',
    'sms_private.zip_prefixes'];
  functions constant text[] := array[
    'public.sms_after_restore', 'public.sms_assign_number', 'public.sms_call_for',
    'public.sms_cancel_broadcast', 'public.sms_cancel_message', 'public.sms_check_deliveries',
    'public.sms_choose_sender', 'public.sms_claim_deliveries', 'public.sms_claim_doubts',
    'public.sms_claim_events', 'public.sms_claim_questions', 'public.sms_claim_replies',
    'public.sms_confirm_signer', 'public.sms_count_messages', 'public.sms_count_refused_webhooks',
    'public.sms_create_broadcast', 'public.sms_create_broadcast_for', 'public.sms_create_message',
    'public.sms_create_message_for', 'public.sms_delete_event_endpoint', 'public.sms_disconnect_account',
    'public.sms_erase_contact', 'public.sms_erase_contact_for', 'public.sms_export_consents',
    'public.sms_export_contact', 'public.sms_export_contact_for', 'public.sms_export_tenant',
    'public.sms_export_tenant_for', 'public.sms_filter_unassigned_numbers',
    'public.sms_find_number_accounts', 'public.sms_find_unknown_messages', 'public.sms_finish_replies',
    'public.sms_fold_stats', 'public.sms_get_account', 'public.sms_get_attachment',
    'public.sms_get_broadcast', 'public.sms_get_consent', 'public.sms_get_conversation',
    'public.sms_get_delivery', 'public.sms_get_limits', 'public.sms_get_profile',
    'public.sms_get_quiet_hours', 'public.sms_give_number', 'public.sms_hand_back', 'public.sms_inspect',
    'public.sms_list_account_sids', 'public.sms_list_accounts', 'public.sms_list_contacts_without_consent',
    'public.sms_list_credentials', 'public.sms_list_event_endpoints', 'public.sms_list_message_numbers',
    'public.sms_list_messages_with', 'public.sms_list_numbers', 'public.sms_list_stops',
    'public.sms_list_webhooks', 'public.sms_manage_events_for', 'public.sms_opt_out_contact',
    'public.sms_pause_broadcast', 'public.sms_recall_models', 'public.sms_receive_message',
    'public.sms_record_consents', 'public.sms_record_deliveries', 'public.sms_record_doubts',
    'public.sms_record_events', 'public.sms_record_models', 'public.sms_record_questions',
    'public.sms_record_status', 'public.sms_record_wake', 'public.sms_record_webhook',
    'public.sms_recover_sent_message', 'public.sms_remove_shared_key', 'public.sms_repair_any_number',
    'public.sms_repair_number', 'public.sms_replace_credentials', 'public.sms_replace_secret',
    'public.sms_replay_events', 'public.sms_require_consent', 'public.sms_resume_broadcast',
    'public.sms_rotate_event_secret', 'public.sms_save_account', 'public.sms_save_event_endpoint',
    'public.sms_save_number', 'public.sms_save_profile', 'public.sms_save_quiet_hours',
    'public.sms_schedule_worker', 'public.sms_search_conversations', 'public.sms_set_limits',
    'public.sms_set_message_aside', 'public.sms_settle_any_message', 'public.sms_settle_message',
    'public.sms_settle_opt_out', 'public.sms_summarize_messages', 'public.sms_switch_off',
    'public.sms_switch_on', 'public.sms_take_over', 'public.sms_take_preview_turn', 'public.sms_take_turn',
    'public.sms_test_event_endpoint', 'public.sms_unassign_number', 'public.sms_unschedule_worker',
    'public.sms_update_conversation', 'public.sms_worker_health', 'sms_private.account_view',
    'sms_private.accounts_to_ask', 'sms_private.add_answer_times', 'sms_private.add_figures',
    'sms_private.add_sender_pace', 'sms_private.adopt_sent', 'sms_private.announce',
    'sms_private.announce_conversations', 'sms_private.announce_messages', 'sms_private.answer_bin',
    'sms_private.answer_help', 'sms_private.answer_job', 'sms_private.answer_of_key',
    'sms_private.answer_or_say_why', 'sms_private.answer_via', 'sms_private.apologize',
    'sms_private.apply_keyword', 'sms_private.archive_messages', 'sms_private.archived_totals',
    'sms_private.are_variables', 'sms_private.ask_again', 'sms_private.ask_for_outcome',
    'sms_private.ask_for_proof', 'sms_private.asks_for_help', 'sms_private.attempts_of',
    'sms_private.before_contact_goes', 'sms_private.before_number_goes', 'sms_private.begin_attempt',
    'sms_private.begin_webhook', 'sms_private.block_refused', 'sms_private.block_sender',
    'sms_private.bounded_media', 'sms_private.brand_of', 'sms_private.broadcast_answer',
    'sms_private.broadcast_totals', 'sms_private.bucket_starts', 'sms_private.call_as',
    'sms_private.call_cap', 'sms_private.came_back_since', 'sms_private.can_forget',
    'sms_private.cancel_broadcast_messages', 'sms_private.cancel_delivery', 'sms_private.cancel_message',
    'sms_private.cancel_waiting', 'sms_private.canonical_number', 'sms_private.carrier_answers',
    'sms_private.change_my_broadcast', 'sms_private.change_my_conversation',
    'sms_private.check_account_numbers', 'sms_private.check_consents', 'sms_private.check_conversation',
    'sms_private.check_job', 'sms_private.check_message', 'sms_private.check_number_account',
    'sms_private.check_recipients', 'sms_private.check_time_zone', 'sms_private.choose_number',
    'sms_private.claim_for_number', 'sms_private.compose_body', 'sms_private.confirm_opt_out',
    'sms_private.consent_basis', 'sms_private.consent_history', 'sms_private.consent_import_answer',
    'sms_private.consent_required', 'sms_private.consent_source', 'sms_private.consents_of',
    'sms_private.contact_named', 'sms_private.contact_of', 'sms_private.contacts_for_consents',
    'sms_private.conversation_for_inbound', 'sms_private.conversation_for_outbound',
    'sms_private.conversations_for_broadcast', 'sms_private.count_consents',
    'sms_private.count_event_failure', 'sms_private.count_message', 'sms_private.count_my_messages',
    'sms_private.count_room', 'sms_private.count_segments', 'sms_private.country_of',
    'sms_private.csv_cell', 'sms_private.date_opt_outs', 'sms_private.day_starts',
    'sms_private.days_setting', 'sms_private.delete_endpoint', 'sms_private.delete_my_endpoint',
    'sms_private.disguises_of', 'sms_private.do_not_ask', 'sms_private.doubt_cap',
    'sms_private.doubt_context', 'sms_private.doubt_restored', 'sms_private.due_questions',
    'sms_private.easter', 'sms_private.empty_texts', 'sms_private.end_deliveries', 'sms_private.end_doubt',
    'sms_private.end_unassigned_reply', 'sms_private.endpoint_of', 'sms_private.endpoint_view',
    'sms_private.ends_soon', 'sms_private.erase_contact', 'sms_private.erase_my_contact',
    'sms_private.erase_number', 'sms_private.erase_telephone', 'sms_private.event_data',
    'sms_private.event_payload', 'sms_private.event_turns', 'sms_private.event_types',
    'sms_private.event_url_is_whole', 'sms_private.events_health', 'sms_private.excused_by_stop',
    'sms_private.expire_reply', 'sms_private.export_contact', 'sms_private.export_my_consents',
    'sms_private.export_my_contact', 'sms_private.export_my_tenant', 'sms_private.export_part',
    'sms_private.export_tenant', 'sms_private.filter_conversations', 'sms_private.find_conversation',
    'sms_private.find_conversations', 'sms_private.finish_failed', 'sms_private.finish_reply',
    'sms_private.first_id', 'sms_private.first_priority', 'sms_private.fold_changes',
    'sms_private.fold_messages', 'sms_private.fold_stats', 'sms_private.fold_words',
    'sms_private.follow_keyword', 'sms_private.forget_account', 'sms_private.forget_events',
    'sms_private.forget_secrets', 'sms_private.get_my_consent', 'sms_private.get_my_conversation',
    'sms_private.get_my_quiet_hours', 'sms_private.give_up_on', 'sms_private.has_arrived',
    'sms_private.has_assistant', 'sms_private.has_disclosed', 'sms_private.has_many_ownerless',
    'sms_private.has_numbers', 'sms_private.has_rival', 'sms_private.has_too_many_keys',
    'sms_private.hear', 'sms_private.held_by_pace', 'sms_private.hmac_pad', 'sms_private.hmac_sha256',
    'sms_private.hold_deliveries', 'sms_private.hold_if_paused', 'sms_private.hold_until',
    'sms_private.honest_body', 'sms_private.hour_starts', 'sms_private.hours_for', 'sms_private.is_answer',
    'sms_private.is_answered_already', 'sms_private.is_automatic_first', 'sms_private.is_confirmed',
    'sms_private.is_disconnected', 'sms_private.is_honest', 'sms_private.is_known_well',
    'sms_private.is_misreadable', 'sms_private.is_number_unreadable', 'sms_private.is_open_at',
    'sms_private.is_open_to', 'sms_private.is_opt_out_doubted', 'sms_private.is_plain_name',
    'sms_private.is_promotion', 'sms_private.is_proved', 'sms_private.is_quiet_day',
    'sms_private.is_reaction', 'sms_private.is_reply_due', 'sms_private.is_restored',
    'sms_private.is_same_telephone', 'sms_private.is_settled', 'sms_private.is_signed_by_tenant',
    'sms_private.is_stopped', 'sms_private.is_suppressed', 'sms_private.is_time_zone',
    'sms_private.is_too_late', 'sms_private.is_unreadable', 'sms_private.is_user',
    'sms_private.join_conversations', 'sms_private.keep_consents', 'sms_private.keep_contact',
    'sms_private.keep_figures', 'sms_private.keep_opt_outs_of_contact',
    'sms_private.keep_opt_outs_of_gone', 'sms_private.keep_opt_outs_of_numbers', 'sms_private.keep_secret',
    'sms_private.keep_suppressions', 'sms_private.keep_word_to_nobody', 'sms_private.kept_consents_of',
    'sms_private.key_of', 'sms_private.keyword_of', 'sms_private.known_keys',
    'sms_private.language_of_claim', 'sms_private.language_of_question', 'sms_private.languages_to_read',
    'sms_private.leave_to_person', 'sms_private.lift_suppressions', 'sms_private.limits_of',
    'sms_private.list_endpoints', 'sms_private.list_my_contacts_without_consent',
    'sms_private.list_my_endpoints', 'sms_private.list_my_messages_with', 'sms_private.list_stops',
    'sms_private.live_updates_state', 'sms_private.lock_assistant_uses', 'sms_private.lock_conversations',
    'sms_private.lock_for_proof', 'sms_private.lock_my_conversation', 'sms_private.lock_template_uses',
    'sms_private.lookup_candidates', 'sms_private.lost_suppression_keys',
    'sms_private.mark_lost_deliveries', 'sms_private.mark_pace', 'sms_private.mark_pending_again',
    'sms_private.match_anywhere', 'sms_private.match_nearby', 'sms_private.may_start',
    'sms_private.may_text', 'sms_private.may_wait', 'sms_private.media_of', 'sms_private.merge_contact',
    'sms_private.merge_spellings', 'sms_private.merge_spellings_once', 'sms_private.message_with_events',
    'sms_private.milliseconds_until', 'sms_private.minutes_east', 'sms_private.misfit_of',
    'sms_private.missing_for_schedule', 'sms_private.models_ending', 'sms_private.moment_of',
    'sms_private.move_to_archive', 'sms_private.my_contact', 'sms_private.my_signers_of',
    'sms_private.new_event_secret', 'sms_private.new_id', 'sms_private.newest_suppression_key',
    'sms_private.next_broadcast_at', 'sms_private.next_conversations', 'sms_private.next_day_at',
    'sms_private.next_delivery_due', 'sms_private.next_opening', 'sms_private.next_reply_due',
    'sms_private.next_send_at', 'sms_private.next_seq', 'sms_private.next_to_archive',
    'sms_private.no_number_reason', 'sms_private.no_reply_reason', 'sms_private.nobody',
    'sms_private.note_calls', 'sms_private.note_consent', 'sms_private.note_event',
    'sms_private.note_handover', 'sms_private.note_message', 'sms_private.note_promotion',
    'sms_private.note_unsent_calls', 'sms_private.number_as_written', 'sms_private.number_of_agent',
    'sms_private.number_searches', 'sms_private.number_view', 'sms_private.numbers_with_deliveries',
    'sms_private.once', 'sms_private.once_for_caller', 'sms_private.open_conversation',
    'sms_private.open_listings', 'sms_private.opening_of', 'sms_private.opt_in', 'sms_private.opt_out',
    'sms_private.opt_out_by_model', 'sms_private.opt_out_contact', 'sms_private.opt_out_in_words',
    'sms_private.opt_out_reason', 'sms_private.opted_out_and_gone', 'sms_private.ours',
    'sms_private.pair_is_free', 'sms_private.passes_filter', 'sms_private.patience_used_up',
    'sms_private.patterns_of', 'sms_private.pause_assistant', 'sms_private.person_answered_since',
    'sms_private.place_of', 'sms_private.plain_letters', 'sms_private.profile_view', 'sms_private.purge',
    'sms_private.purge_erased_consents', 'sms_private.purge_events', 'sms_private.purge_ownerless',
    'sms_private.purge_refused', 'sms_private.purge_schedule_logs', 'sms_private.put_phone_number',
    'sms_private.question_context', 'sms_private.quiet_hours_answer', 'sms_private.raise_doubt',
    'sms_private.raise_if_transient', 'sms_private.reacts_to_us', 'sms_private.read_old_words',
    'sms_private.read_opt_out', 'sms_private.recall_by_spellings', 'sms_private.recall_opt_outs',
    'sms_private.recall_opt_outs_of_contact', 'sms_private.recall_opt_outs_of_contacts',
    'sms_private.recall_opt_outs_of_number', 'sms_private.recipient_of', 'sms_private.record_delivery',
    'sms_private.record_doubt', 'sms_private.record_empty_lookup', 'sms_private.record_event',
    'sms_private.record_listing', 'sms_private.record_lookup', 'sms_private.record_proof',
    'sms_private.record_question', 'sms_private.record_settlement', 'sms_private.record_twilio_sid',
    'sms_private.recount_stats', 'sms_private.refusal_words', 'sms_private.refuse_consent',
    'sms_private.refuse_consent_page', 'sms_private.refuse_content', 'sms_private.refuse_delivery',
    'sms_private.refuse_pace_of_sending', 'sms_private.refuse_row', 'sms_private.refuse_segments',
    'sms_private.refuse_texts', 'sms_private.refused_of', 'sms_private.refuses_spelling',
    'sms_private.release_delivery', 'sms_private.remember_key', 'sms_private.render_template',
    'sms_private.reopen_conversation', 'sms_private.repeated_message', 'sms_private.replay_events',
    'sms_private.replay_my_events', 'sms_private.reply_cap', 'sms_private.reply_context',
    'sms_private.report_status', 'sms_private.restore_suppression_key', 'sms_private.restored_at',
    'sms_private.rotate_my_secret', 'sms_private.rotate_secret', 'sms_private.rotate_suppression_key',
    'sms_private.save_endpoint', 'sms_private.save_my_endpoint', 'sms_private.save_my_profile',
    'sms_private.save_my_quiet_hours', 'sms_private.save_shared_keys', 'sms_private.says_more',
    'sms_private.says_nothing_of_identity', 'sms_private.says_the_same', 'sms_private.schedule_state',
    'sms_private.schedule_worker', 'sms_private.search_my_conversations', 'sms_private.segments_left',
    'sms_private.sender_of', 'sms_private.set_answer_time', 'sms_private.set_aside',
    'sms_private.set_canonical_number', 'sms_private.set_job_aside', 'sms_private.set_lookup_aside',
    'sms_private.set_message_origin', 'sms_private.set_reply_aside', 'sms_private.set_up_live_updates',
    'sms_private.setting', 'sms_private.settle_claimed_doubt', 'sms_private.settle_gap',
    'sms_private.settle_message', 'sms_private.settle_my_message', 'sms_private.settle_my_opt_out',
    'sms_private.shape_of', 'sms_private.signers_of', 'sms_private.silence_answered',
    'sms_private.silence_assistant', 'sms_private.silence_numbers', 'sms_private.slots_for',
    'sms_private.spaced_number', 'sms_private.span_setting', 'sms_private.spelling_to_text',
    'sms_private.spellings_of', 'sms_private.stat_facets', 'sms_private.stat_series',
    'sms_private.stat_summary', 'sms_private.states_on_clock', 'sms_private.status_rank',
    'sms_private.stays_because', 'sms_private.stopped_for', 'sms_private.stops_now',
    'sms_private.store_answer', 'sms_private.store_automatic', 'sms_private.store_broadcast',
    'sms_private.store_broadcast_messages', 'sms_private.store_consents', 'sms_private.store_message',
    'sms_private.store_outbound', 'sms_private.summarize_messages', 'sms_private.suppression_secret',
    'sms_private.suppressions_of', 'sms_private.switch_assistant', 'sms_private.switch_off',
    'sms_private.switches', 'sms_private.take_back_answers', 'sms_private.take_in_kept_opt_outs',
    'sms_private.take_patience', 'sms_private.take_project_turn', 'sms_private.take_room',
    'sms_private.take_turn_within', 'sms_private.telephone_of', 'sms_private.tell_of_expiry',
    'sms_private.tenant_id', 'sms_private.tenants_in_doubt', 'sms_private.tenants_to_answer',
    'sms_private.test_endpoint', 'sms_private.test_my_endpoint', 'sms_private.touch_updated_at',
    'sms_private.tries_of', 'sms_private.turn_in_ms', 'sms_private.twilio_code',
    'sms_private.typed_number', 'sms_private.unanswered_since', 'sms_private.unblock_sender',
    'sms_private.unfolded_figures', 'sms_private.unlisted_accounts', 'sms_private.unreadable_accounts',
    'sms_private.unschedule_worker', 'sms_private.update_my_conversation', 'sms_private.use_spelling',
    'sms_private.utc_day', 'sms_private.valid_previous', 'sms_private.via_of', 'sms_private.visible_text',
    'sms_private.visible_words', 'sms_private.wake_worker', 'sms_private.want_reply',
    'sms_private.was_answered', 'sms_private.was_reopened', 'sms_private.webhook_of',
    'sms_private.webhook_problem_of', 'sms_private.whereabouts', 'sms_private.why_not_started',
    'sms_private.words_in', 'sms_private.wrote_lately', 'sms_private.zone_of_number'];
  -- With or without public, but not in another schema.
  ours_in_public constant text := (
    select '(^|[^.\w"])("?public"?\s*\.\s*)?"?(' || string_agg(substr(name, 8), '|') || ')"?\M'
    from unnest(relations || functions) name where starts_with(name, 'public.'));
  in_the_way text[] := '{}';
  thing record;
  kept bigint := 0;
  hashed bigint := 0;
begin
  perform set_config('client_min_messages', 'warning', true), set_config('search_path', 'pg_catalog', true),
    set_config('lock_timeout', '10s', true);

  -- What woke the worker goes first, wherever it is.
  if to_regclass('cron.job') is not null then
    for thing in execute $sql$select jobid from cron.job where starts_with(jobname, 'supabase-sms-')$sql$ loop
      execute format('delete from cron.job_run_details where jobid = %s', thing.jobid);
      execute format('select cron.unschedule(%s::bigint)', thing.jobid);
    end loop;
  end if;
  if to_regclass('vault.secrets') is not null then
    -- The keys of kept opt-outs are looked at below.
    execute $sql$delete from vault.secrets where starts_with(name, 'supabase_sms_')
      and not starts_with(name, 'supabase_sms_suppression_key_')$sql$;
  end if;
  if to_regnamespace('sms_private') is null then
    return;
  elsif obj_description(to_regnamespace('sms_private'), 'pg_namespace')
    is distinct from 'Jobs, secrets, counters and the definer functions behind the public verbs. Never exposed through the API.' then
    raise exception 'The schema sms_private is not that of supabase-sms: it lacks our comment. Nothing was changed.'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if to_regclass('realtime.messages') is not null then
    execute 'drop policy if exists sms_listen_to_own on realtime.messages';
  end if;

  -- What is the adopter's and depends on ours, or lies among ours. Postgres would drop it with ours, or would not let go.
  with recursive
  named (class_id, object_id) as (
    select 'pg_class'::regclass, c.oid from pg_class c
    where c.relnamespace in (to_regnamespace('public'), to_regnamespace('sms_private'))
      and c.relnamespace::regnamespace || '.' || c.relname = any (relations)
    union all
    select 'pg_type'::regclass, t.oid from pg_type t
    where t.typnamespace = to_regnamespace('sms_private') and t.typtype = 'c' and 'sms_private.' || t.typname = any (relations)
    union all
    select 'pg_proc'::regclass, p.oid from pg_proc p
    where p.pronamespace in (to_regnamespace('public'), to_regnamespace('sms_private'))
      and p.pronamespace::regnamespace || '.' || p.proname = any (functions)
    union all
    select 'pg_namespace'::regclass, to_regnamespace('sms_private')::oid
  ),
  -- With what goes with them: row types, indexes, defaults, constraints, sequences, triggers, policies.
  ours (class_id, object_id) as (
    select n.class_id, n.object_id from named n
    union
    select d.classid::regclass, d.objid from ours o
    join pg_depend d on d.refclassid = o.class_id and d.refobjid = o.object_id
    where d.deptype in ('a', 'i')
  )
  select coalesce(array_agg(distinct problem order by problem), '{}') into in_the_way
  from (
    select coalesce(
      (select format('%s %s depends on %s', case v.relkind when 'm' then 'materialized view' else 'view' end, v.oid::regclass,
        pg_describe_object(d.refclassid, d.refobjid, 0))
       from pg_rewrite r join pg_class v on v.oid = r.ev_class where d.classid = 'pg_rewrite'::regclass and r.oid = d.objid),
      format(case when d.refclassid = 'pg_namespace'::regclass then '%s is in our %s' else '%s depends on %s' end,
        pg_describe_object(d.classid, d.objid, d.objsubid), pg_describe_object(d.refclassid, d.refobjid, 0))) as problem
    from ours o
    join pg_depend d on d.refclassid = o.class_id and d.refobjid = o.object_id
    where d.deptype = 'n' and not exists (
      select from ours mine where mine.class_id = d.classid and mine.object_id = d.objid)
      -- A foreign key depends on table and index.
      and not exists (select from pg_index i where o.class_id = 'pg_class'::regclass and i.indexrelid = o.object_id)
    union all
    select format('trigger %s on our table %s calls %s', t.tgname, t.tgrelid::regclass, t.tgfoid::regproc)
    from pg_trigger t join named n on n.class_id = 'pg_class'::regclass and n.object_id = t.tgrelid
    where not t.tgisinternal and t.tgfoid not in (select f.object_id from named f where f.class_id = 'pg_proc'::regclass)
    union all
    select format('policy %s on our table %s', p.polname, p.polrelid::regclass)
    from pg_policy p join named n on n.class_id = 'pg_class'::regclass and n.object_id = p.polrelid
    where p.polname not in ('select_own', 'insert_own', 'update_own', 'delete_own')
    union all
    -- The API could not tell two functions of one name apart, so none of ours has a twin.
    select format('%s functions are called public.%s, and one of them is ours', count(*), twin.proname)
    from pg_proc twin
    where twin.pronamespace = to_regnamespace('public') and 'public.' || twin.proname = any (functions)
    group by twin.proname having count(*) > 1
    union all
    -- Postgres does not note what the text of a function names.
    select format('function %s mentions ours', p.oid::regprocedure)
    from pg_proc p join pg_namespace home on home.oid = p.pronamespace
    where not mentions_may_stay and p.prosrc like '%sms\_%' and home.nspname not in ('pg_catalog', 'information_schema')
      and (p.prosrc ~ '\msms_private\M' or p.prosrc ~ ours_in_public)
      and not exists (select from named n where n.class_id = 'pg_proc'::regclass and n.object_id = p.oid)
      and not exists (select from pg_depend e
        where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
  ) problems;
  if to_regclass('cron.job') is not null and not mentions_may_stay then
    for thing in execute $sql$select coalesce(jobname, jobid::text) as name, command from cron.job$sql$ loop
      if thing.command ~ '\msms_private\M' or thing.command ~ ours_in_public then
        in_the_way := in_the_way || format('the job %s of pg_cron mentions ours', thing.name);
      end if;
    end loop;
  end if;
  if in_the_way <> '{}' then
    raise exception E'supabase-sms cannot be removed yet: something of yours depends on it. Nothing was changed.\n- %',
      array_to_string(in_the_way, E'\n- ')
      using errcode = 'dependent_objects_still_exist',
        hint = 'Drop or change these first. Where only a text mentions ours, set mentions_may_stay to true.';
  end if;

  -- The opt-outs: with the number of who is a contact now, with a keyed hash of who was erased.
  if to_regclass('public.sms_contacts') is not null and to_regclass('sms_private.sender_blocks') is not null then
    kept := (select count(*) from public.sms_contacts contact
        join public.sms_numbers number on number.user_id = contact.user_id where contact.opted_out_at is not null)
      -- Infinity: a key could not be read. What is known of them, if anything is, stands in suppressions.
      + (select count(*) from sms_private.sender_blocks block where block.at < 'infinity');
  end if;
  if to_regclass('sms_private.suppressions') is not null then
    hashed := (select count(*) from sms_private.suppressions);
  end if;
  if kept + hashed > 0 then
    create schema if not exists sms_kept;
    create table if not exists sms_kept.opt_outs (
      sending_number text not null,
      contact_number text,
      contact_hash bytea,
      key_id int,
      user_id uuid not null,
      reason text not null,
      source text not null,
      opted_out_at timestamptz not null
    );
    -- A secret of null is in Vault, and stays there.
    create table if not exists sms_kept.suppression_keys (id int primary key, secret bytea, fingerprint bytea not null);
    comment on schema sms_kept is
      'Who must not be texted: what supabase-sms knew when it was removed. Yours. Another installation takes it in.';
    comment on table sms_kept.opt_outs is
      'Since opted_out_at sending_number must not text contact_number, or the contact whose number has this hash.';
    comment on table sms_kept.suppression_keys is
      'The keys of contact_hash, by key_id. Null: it is in Vault, as supabase_sms_suppression_key_<id>.';
    -- The project's defaults may have opened them.
    revoke all on schema sms_kept from public, anon, authenticated, service_role;
    revoke all on all tables in schema sms_kept from public, anon, authenticated, service_role;
  end if;
  if kept > 0 then
    insert into sms_kept.opt_outs (sending_number, contact_number, user_id, reason, source, opted_out_at)
    select number.number, contact.number, contact.user_id, 'opted_out', contact.opt_out_source, contact.opted_out_at
    from public.sms_contacts contact join public.sms_numbers number on number.user_id = contact.user_id
    where contact.opted_out_at is not null
    union all
    select number.number, contact.number, contact.user_id, 'sender_blocked', 'carrier', block.at
    from sms_private.sender_blocks block
    join public.sms_contacts contact on contact.id = block.contact_id
    join public.sms_numbers number on number.id = block.phone_number_id
    where block.at < 'infinity';
  end if;
  if hashed > 0 then
    insert into sms_kept.opt_outs (sending_number, contact_hash, key_id, user_id, reason, source, opted_out_at)
    select s.sending_number, s.contact_hash, s.key_id, s.user_id, s.reason, s.source, s.opted_out_at
    from sms_private.suppressions s;
    insert into sms_kept.suppression_keys (id, secret, fingerprint) select k.id, k.secret, k.fingerprint from sms_private.suppression_keys k
    on conflict do nothing;
  end if;
  -- A key of no kept hash is of no use to anybody.
  if to_regclass('vault.secrets') is not null then
    execute $sql$delete from vault.secrets where starts_with(name, 'supabase_sms_suppression_key_')$sql$
      || case when to_regclass('sms_kept.suppression_keys') is not null then
        $sql$ and name not in (select 'supabase_sms_suppression_key_' || id from sms_kept.suppression_keys)$sql$ else '' end;
  end if;

  -- Nothing of anybody else depends on what goes now, so nothing else goes with it.
  for thing in
    select c.oid::regclass as name, case c.relkind when 'v' then 'view' else 'table' end as kind from pg_class c
    where c.relnamespace = to_regnamespace('public') and c.relkind in ('r', 'v', 'p')
      and 'public.' || c.relname = any (relations)
  loop
    execute format('drop %s if exists %s cascade', thing.kind, thing.name);
  end loop;
  for thing in
    select p.oid::regprocedure as name from pg_proc p
    where p.pronamespace = to_regnamespace('public') and 'public.' || p.proname = any (functions)
  loop
    execute format('drop function if exists %s cascade', thing.name);
  end loop;
  drop schema sms_private cascade;
  if kept + hashed > 0 then
    raise warning 'supabase-sms is removed. Its % opt-outs are in sms_kept.opt_outs: heed them when you text from these numbers.',
      kept + hashed;
  end if;
end
$$;
