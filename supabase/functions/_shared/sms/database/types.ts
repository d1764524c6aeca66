// Made from the migrations by `deno task types`; do not edit. aaa87f1e8ef2da7254695c1c3e09f9f3
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "public": {
    Tables: {
      "sms_accounts": {
        Row: {
          "account_sid": string;
          "created_at": string;
          "disconnected_at": string | null;
          "id": string;
          "label": string | null;
          "messaging_service_sid": string | null;
          "shared": boolean;
          "trunk_sid": string | null;
          "updated_at": string;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "account_sid": string;
          "created_at"?: string;
          "disconnected_at"?: string | null;
          "id"?: string;
          "label"?: string | null;
          "messaging_service_sid"?: string | null;
          "shared"?: boolean;
          "trunk_sid"?: string | null;
          "updated_at"?: string;
          "user_id"?: string | null;
        };
        Update: {
          "account_sid"?: string;
          "created_at"?: string;
          "disconnected_at"?: string | null;
          "id"?: string;
          "label"?: string | null;
          "messaging_service_sid"?: string | null;
          "shared"?: boolean;
          "trunk_sid"?: string | null;
          "updated_at"?: string;
          "user_id"?: string | null;
        };
        Relationships: [];
      };
      "sms_assistants": {
        Row: {
          "active": boolean;
          "created_at": string;
          "discloses_machine": boolean;
          "error_message": string | null;
          "first_message": string | null;
          "goodbye_message": string | null;
          "help_message": string | null;
          "id": string;
          "idle_timeout": string;
          "language": string | null;
          "max_history": number;
          "max_segments": number;
          "model": string | null;
          "name": string;
          "prompt": string;
          "reads_images": boolean;
          "reasoning_effort": string;
          "reply_after_first_message": boolean;
          "reply_delay_ms": number;
          "temperature": number | null;
          "time_zone": string | null;
          "updated_at": string;
          "user_id": string;
          "verbosity": string;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "created_at"?: string;
          "discloses_machine"?: boolean;
          "error_message"?: string | null;
          "first_message"?: string | null;
          "goodbye_message"?: string | null;
          "help_message"?: string | null;
          "id"?: string;
          "idle_timeout"?: string;
          "language"?: string | null;
          "max_history"?: number;
          "max_segments"?: number;
          "model"?: string | null;
          "name": string;
          "prompt": string;
          "reads_images"?: boolean;
          "reasoning_effort"?: string;
          "reply_after_first_message"?: boolean;
          "reply_delay_ms"?: number;
          "temperature"?: number | null;
          "time_zone"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "verbosity"?: string;
        };
        Update: {
          "active"?: boolean;
          "created_at"?: string;
          "discloses_machine"?: boolean;
          "error_message"?: string | null;
          "first_message"?: string | null;
          "goodbye_message"?: string | null;
          "help_message"?: string | null;
          "id"?: string;
          "idle_timeout"?: string;
          "language"?: string | null;
          "max_history"?: number;
          "max_segments"?: number;
          "model"?: string | null;
          "name"?: string;
          "prompt"?: string;
          "reads_images"?: boolean;
          "reasoning_effort"?: string;
          "reply_after_first_message"?: boolean;
          "reply_delay_ms"?: number;
          "temperature"?: number | null;
          "time_zone"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "verbosity"?: string;
        };
        Relationships: [];
      };
      "sms_broadcasts": {
        Row: {
          "accepted": number;
          "body": string;
          "canceled_at": string | null;
          "created_at": string;
          "from_number": string;
          "id": string;
          "media": NonNullable<Json>;
          "name": string | null;
          "not_after": string | null;
          "paused_at": string | null;
          "phone_number_id": string;
          "purpose": string;
          "rejected": NonNullable<Json>;
          "send_at": string | null;
          "template_id": string | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "accepted": number;
          "body": string;
          "canceled_at"?: string | null;
          "created_at"?: string;
          "from_number": string;
          "id"?: string;
          "media"?: NonNullable<Json>;
          "name"?: string | null;
          "not_after"?: string | null;
          "paused_at"?: string | null;
          "phone_number_id": string;
          "purpose"?: string;
          "rejected"?: NonNullable<Json>;
          "send_at"?: string | null;
          "template_id"?: string | null;
          "user_id": string;
        };
        Update: {
          "accepted"?: number;
          "body"?: string;
          "canceled_at"?: string | null;
          "created_at"?: string;
          "from_number"?: string;
          "id"?: string;
          "media"?: NonNullable<Json>;
          "name"?: string | null;
          "not_after"?: string | null;
          "paused_at"?: string | null;
          "phone_number_id"?: string;
          "purpose"?: string;
          "rejected"?: NonNullable<Json>;
          "send_at"?: string | null;
          "template_id"?: string | null;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "sms_broadcasts_phone_number_id_user_id_fkey";
            columns: ["phone_number_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_numbers";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_broadcasts_template_id_user_id_fkey";
            columns: ["template_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_templates";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "sms_consent_events": {
        Row: {
          "at": string;
          "basis": string | null;
          "change": string;
          "contact_id": string;
          "evidence": string | null;
          "form_text": string | null;
          "given_at": string | null;
          "id": string;
          "import_id": string | null;
          "message_id": string | null;
          "page": string | null;
          "source": string;
          "user_id": string;
          "words": string | null;
        };
        ComputedFields: never;
        Insert: {
          "at"?: string;
          "basis"?: string | null;
          "change": string;
          "contact_id": string;
          "evidence"?: string | null;
          "form_text"?: string | null;
          "given_at"?: string | null;
          "id"?: string;
          "import_id"?: string | null;
          "message_id"?: string | null;
          "page"?: string | null;
          "source": string;
          "user_id": string;
          "words"?: string | null;
        };
        Update: {
          "at"?: string;
          "basis"?: string | null;
          "change"?: string;
          "contact_id"?: string;
          "evidence"?: string | null;
          "form_text"?: string | null;
          "given_at"?: string | null;
          "id"?: string;
          "import_id"?: string | null;
          "message_id"?: string | null;
          "page"?: string | null;
          "source"?: string;
          "user_id"?: string;
          "words"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "sms_consent_events_contact_id_user_id_fkey";
            columns: ["contact_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_contacts";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_consent_events_message_id_user_id_fkey";
            columns: ["message_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_messages";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "sms_contacts": {
        Row: {
          "canonical_number": string | null;
          "created_at": string;
          "id": string;
          "name": string | null;
          "number": string;
          "opt_out_doubt": string | null;
          "opt_out_doubted_at": string | null;
          "opt_out_source": string | null;
          "opted_out_at": string | null;
          "time_zone": string | null;
          "updated_at": string;
          "user_id": string;
          "wrote_at": string | null;
          "zip_code": string | null;
        };
        ComputedFields: never;
        Insert: {
          "canonical_number"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "name"?: string | null;
          "number": string;
          "opt_out_doubt"?: string | null;
          "opt_out_doubted_at"?: string | null;
          "opt_out_source"?: string | null;
          "opted_out_at"?: string | null;
          "time_zone"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "wrote_at"?: string | null;
          "zip_code"?: string | null;
        };
        Update: {
          "canonical_number"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "name"?: string | null;
          "number"?: string;
          "opt_out_doubt"?: string | null;
          "opt_out_doubted_at"?: string | null;
          "opt_out_source"?: string | null;
          "opted_out_at"?: string | null;
          "time_zone"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "wrote_at"?: string | null;
          "zip_code"?: string | null;
        };
        Relationships: [];
      };
      "sms_conversations": {
        Row: {
          "ai_enabled": boolean;
          "ai_paused_reason": string | null;
          "ai_paused_until": string | null;
          "assistant_id": string | null;
          "contact_id": string;
          "disclosed_by": string | null;
          "end_reason": string | null;
          "ended_at": string | null;
          "greeting_pending": boolean;
          "id": string;
          "intent": string | null;
          "last_message_at": string;
          "last_message_preview": string | null;
          "last_seq": number;
          "phone_number_id": string;
          "read_seq": number;
          "reopened_at": string | null;
          "started_at": string;
          "status": string;
          "updated_at": string;
          "user_id": string;
          "via": string | null;
          "waiting_for_person": boolean;
        };
        ComputedFields: never;
        Insert: {
          "ai_enabled"?: boolean;
          "ai_paused_reason"?: string | null;
          "ai_paused_until"?: string | null;
          "assistant_id"?: string | null;
          "contact_id": string;
          "disclosed_by"?: string | null;
          "end_reason"?: string | null;
          "ended_at"?: string | null;
          "greeting_pending"?: boolean;
          "id"?: string;
          "intent"?: string | null;
          "last_message_at"?: string;
          "last_message_preview"?: string | null;
          "last_seq"?: number;
          "phone_number_id": string;
          "read_seq"?: number;
          "reopened_at"?: string | null;
          "started_at"?: string;
          "status"?: string;
          "updated_at"?: string;
          "user_id": string;
          "via"?: string | null;
          "waiting_for_person"?: boolean;
        };
        Update: {
          "ai_enabled"?: boolean;
          "ai_paused_reason"?: string | null;
          "ai_paused_until"?: string | null;
          "assistant_id"?: string | null;
          "contact_id"?: string;
          "disclosed_by"?: string | null;
          "end_reason"?: string | null;
          "ended_at"?: string | null;
          "greeting_pending"?: boolean;
          "id"?: string;
          "intent"?: string | null;
          "last_message_at"?: string;
          "last_message_preview"?: string | null;
          "last_seq"?: number;
          "phone_number_id"?: string;
          "read_seq"?: number;
          "reopened_at"?: string | null;
          "started_at"?: string;
          "status"?: string;
          "updated_at"?: string;
          "user_id"?: string;
          "via"?: string | null;
          "waiting_for_person"?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: "sms_conversations_assistant_id_user_id_fkey";
            columns: ["assistant_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_assistants";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_conversations_contact_id_user_id_fkey";
            columns: ["contact_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_contacts";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_conversations_phone_number_id_user_id_fkey";
            columns: ["phone_number_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_numbers";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "sms_limits": {
        Row: {
          "allowed_countries": (string)[] | null;
          "assistants": number | null;
          "broadcast_recipients_per_day": number | null;
          "contacts": number | null;
          "conversation_replies_per_day": number | null;
          "conversation_replies_per_hour": number | null;
          "conversation_unsent_calls_per_hour": number | null;
          "default_numbers": number | null;
          "promotional_per_contact_per_day": number | null;
          "promotional_per_contact_per_week": number | null;
          "sends_per_minute": number | null;
          "shared_segments_per_day": number | null;
          "templates": number | null;
          "tenant_replies_per_day": number | null;
          "tenant_unsent_calls_per_day": number | null;
          "texts_per_minute": number | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "allowed_countries"?: (string)[] | null;
          "assistants"?: number | null;
          "broadcast_recipients_per_day"?: number | null;
          "contacts"?: number | null;
          "conversation_replies_per_day"?: number | null;
          "conversation_replies_per_hour"?: number | null;
          "conversation_unsent_calls_per_hour"?: number | null;
          "default_numbers"?: number | null;
          "promotional_per_contact_per_day"?: number | null;
          "promotional_per_contact_per_week"?: number | null;
          "sends_per_minute"?: number | null;
          "shared_segments_per_day"?: number | null;
          "templates"?: number | null;
          "tenant_replies_per_day"?: number | null;
          "tenant_unsent_calls_per_day"?: number | null;
          "texts_per_minute"?: number | null;
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "allowed_countries"?: (string)[] | null;
          "assistants"?: number | null;
          "broadcast_recipients_per_day"?: number | null;
          "contacts"?: number | null;
          "conversation_replies_per_day"?: number | null;
          "conversation_replies_per_hour"?: number | null;
          "conversation_unsent_calls_per_hour"?: number | null;
          "default_numbers"?: number | null;
          "promotional_per_contact_per_day"?: number | null;
          "promotional_per_contact_per_week"?: number | null;
          "sends_per_minute"?: number | null;
          "shared_segments_per_day"?: number | null;
          "templates"?: number | null;
          "tenant_replies_per_day"?: number | null;
          "tenant_unsent_calls_per_day"?: number | null;
          "texts_per_minute"?: number | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "sms_message_events": {
        Row: {
          "error_code": string | null;
          "flags": (string)[];
          "id": string;
          "message_id": string;
          "message_sid": string | null;
          "received_at": string;
          "source": string;
          "status": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "error_code"?: string | null;
          "flags"?: (string)[];
          "id"?: string;
          "message_id": string;
          "message_sid"?: string | null;
          "received_at"?: string;
          "source": string;
          "status": string;
          "user_id": string;
        };
        Update: {
          "error_code"?: string | null;
          "flags"?: (string)[];
          "id"?: string;
          "message_id"?: string;
          "message_sid"?: string | null;
          "received_at"?: string;
          "source"?: string;
          "status"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "sms_message_events_message_id_user_id_fkey";
            columns: ["message_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_messages";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "sms_messages": {
        Row: {
          "account_sid": string;
          "answer_ms": number | null;
          "assistant_id": string | null;
          "body": string;
          "broadcast_id": string | null;
          "conversation_id": string | null;
          "created_at": string;
          "date_created": string;
          "date_sent": string | null;
          "date_updated": string;
          "direction": string;
          "error_code": string | null;
          "error_message": string | null;
          "from_number": string;
          "held_reason": string | null;
          "held_until": string | null;
          "id": string;
          "intent": string | null;
          "kind": string;
          "media": NonNullable<Json>;
          "message_sid": string | null;
          "not_after": string | null;
          "num_segments": number | null;
          "phone_number_id": string | null;
          "price": number | null;
          "price_unit": string | null;
          "purpose": string;
          "send_at": string | null;
          "sender": string;
          "seq": number | null;
          "status": string;
          "template_id": string | null;
          "to_number": string;
          "updated_at": string;
          "user_id": string | null;
          "via": string | null;
        };
        ComputedFields: never;
        Insert: {
          "account_sid": string;
          "answer_ms"?: number | null;
          "assistant_id"?: string | null;
          "body": string;
          "broadcast_id"?: string | null;
          "conversation_id"?: string | null;
          "created_at"?: string;
          "date_created"?: string;
          "date_sent"?: string | null;
          "date_updated"?: string;
          "direction": string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "from_number": string;
          "held_reason"?: string | null;
          "held_until"?: string | null;
          "id"?: string;
          "intent"?: string | null;
          "kind"?: string;
          "media"?: NonNullable<Json>;
          "message_sid"?: string | null;
          "not_after"?: string | null;
          "num_segments"?: number | null;
          "phone_number_id"?: string | null;
          "price"?: number | null;
          "price_unit"?: string | null;
          "purpose"?: string;
          "send_at"?: string | null;
          "sender": string;
          "seq"?: number | null;
          "status": string;
          "template_id"?: string | null;
          "to_number": string;
          "updated_at"?: string;
          "user_id"?: string | null;
          "via"?: string | null;
        };
        Update: {
          "account_sid"?: string;
          "answer_ms"?: number | null;
          "assistant_id"?: string | null;
          "body"?: string;
          "broadcast_id"?: string | null;
          "conversation_id"?: string | null;
          "created_at"?: string;
          "date_created"?: string;
          "date_sent"?: string | null;
          "date_updated"?: string;
          "direction"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "from_number"?: string;
          "held_reason"?: string | null;
          "held_until"?: string | null;
          "id"?: string;
          "intent"?: string | null;
          "kind"?: string;
          "media"?: NonNullable<Json>;
          "message_sid"?: string | null;
          "not_after"?: string | null;
          "num_segments"?: number | null;
          "phone_number_id"?: string | null;
          "price"?: number | null;
          "price_unit"?: string | null;
          "purpose"?: string;
          "send_at"?: string | null;
          "sender"?: string;
          "seq"?: number | null;
          "status"?: string;
          "template_id"?: string | null;
          "to_number"?: string;
          "updated_at"?: string;
          "user_id"?: string | null;
          "via"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "sms_messages_broadcast_id_user_id_fkey";
            columns: ["broadcast_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_broadcasts";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_messages_conversation_id_user_id_fkey";
            columns: ["conversation_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_conversations";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_messages_template_id_user_id_fkey";
            columns: ["template_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_templates";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "sms_numbers": {
        Row: {
          "account_sid": string;
          "assistant_id": string | null;
          "configured_at": string | null;
          "created_at": string;
          "id": string;
          "number": string;
          "segments_per_second": number;
          "sms_url": string | null;
          "trunk_sid": string | null;
          "twilio_sid": string | null;
          "updated_at": string;
          "user_id": string;
          "webhook_checked_at": string | null;
          "webhook_error": string | null;
          "webhook_status": string;
          "webhook_version": number;
        };
        ComputedFields: never;
        Insert: {
          "account_sid": string;
          "assistant_id"?: string | null;
          "configured_at"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "number": string;
          "segments_per_second"?: number;
          "sms_url"?: string | null;
          "trunk_sid"?: string | null;
          "twilio_sid"?: string | null;
          "updated_at"?: string;
          "user_id": string;
          "webhook_checked_at"?: string | null;
          "webhook_error"?: string | null;
          "webhook_status"?: string;
          "webhook_version"?: number;
        };
        Update: {
          "account_sid"?: string;
          "assistant_id"?: string | null;
          "configured_at"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "number"?: string;
          "segments_per_second"?: number;
          "sms_url"?: string | null;
          "trunk_sid"?: string | null;
          "twilio_sid"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "webhook_checked_at"?: string | null;
          "webhook_error"?: string | null;
          "webhook_status"?: string;
          "webhook_version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "sms_numbers_account_sid_fkey";
            columns: ["account_sid"];
            isOneToOne: false;
            referencedRelation: "sms_accounts";
            referencedColumns: ["account_sid"];
          },
          {
            foreignKeyName: "sms_numbers_assistant_id_user_id_fkey";
            columns: ["assistant_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_assistants";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "sms_profiles": {
        Row: {
          "brand": string | null;
          "carrier_answers": boolean;
          "created_at": string;
          "help_contact": string | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "brand"?: string | null;
          "carrier_answers"?: boolean;
          "created_at"?: string;
          "help_contact"?: string | null;
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "brand"?: string | null;
          "carrier_answers"?: boolean;
          "created_at"?: string;
          "help_contact"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "sms_stats": {
        Row: {
          "answer_times": NonNullable<Json>;
          "assistant_id": string | null;
          "bucket": string;
          "conversations": number;
          "direction": string;
          "id": string;
          "intent": string | null;
          "messages": number;
          "phone_number_id": string | null;
          "price": number;
          "price_unit": string | null;
          "segments": number;
          "sender": string;
          "status": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "answer_times"?: NonNullable<Json>;
          "assistant_id"?: string | null;
          "bucket": string;
          "conversations": number;
          "direction": string;
          "id"?: string;
          "intent"?: string | null;
          "messages": number;
          "phone_number_id"?: string | null;
          "price": number;
          "price_unit"?: string | null;
          "segments": number;
          "sender": string;
          "status": string;
          "user_id": string;
        };
        Update: {
          "answer_times"?: NonNullable<Json>;
          "assistant_id"?: string | null;
          "bucket"?: string;
          "conversations"?: number;
          "direction"?: string;
          "id"?: string;
          "intent"?: string | null;
          "messages"?: number;
          "phone_number_id"?: string | null;
          "price"?: number;
          "price_unit"?: string | null;
          "segments"?: number;
          "sender"?: string;
          "status"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "sms_templates": {
        Row: {
          "body": string;
          "created_at": string;
          "id": string;
          "name": string;
          "purpose": string | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "body": string;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "purpose"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Update: {
          "body"?: string;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "purpose"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      "sms_after_restore": { Args: { "backup_at"?: string }; Returns: Json };
      "sms_assign_number": {
        Args: {
          "account_sid": string;
          "assistant_id": string;
          "number": string;
          "owner_id": string;
          "twilio_sid": string;
        };
        Returns: Json;
      };
      "sms_call_for": { Args: { "arguments"?: Json; "owner_id": string; "verb": string }; Returns: Json };
      "sms_cancel_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "sms_cancel_message": { Args: { "message_id": string }; Returns: Json };
      "sms_check_deliveries": { Args: { "jobs": Json }; Returns: Json };
      "sms_choose_sender": { Args: { "account_sid": string; "to_number": string }; Returns: Json };
      "sms_claim_deliveries": {
        Args: {
          "batch_size": number;
          "in_hand"?: Json;
          "lease_seconds": number;
          "message_ids"?: (string)[];
          "per_sender"?: number;
          "per_tenant"?: number;
        };
        Returns: Json;
      };
      "sms_claim_doubts": { Args: { "batch_size": number; "lease_seconds": number }; Returns: Json };
      "sms_claim_events": { Args: { "batch_size": number; "lease_seconds": number }; Returns: Json };
      "sms_claim_questions": {
        Args: {
          "batch_size": number;
          "hurry"?: boolean;
          "kind": string;
          "lease_seconds": number;
          "per_account"?: number;
        };
        Returns: Json;
      };
      "sms_claim_replies": {
        Args: { "batch_size": number; "in_hand"?: Json; "lease_seconds": number; "max_attempts"?: number };
        Returns: Json;
      };
      "sms_confirm_signer": {
        Args: { "account_sid": string; "key_id"?: string; "sealed"?: string };
        Returns: Json;
      };
      "sms_count_messages": { Args: { "from_at"?: string; "to_at"?: string }; Returns: Json };
      "sms_count_refused_webhooks": {
        Args: {
          "account_sid": string;
          "algorithm"?: string;
          "key_id"?: string;
          "reason": string;
          "times"?: number;
        };
        Returns: Json;
      };
      "sms_create_broadcast": {
        Args: {
          "body"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "name"?: string;
          "not_after"?: string;
          "purpose"?: string;
          "send_at"?: string;
          "template_id"?: string;
          "to_numbers": (string)[];
          "variables"?: Json;
        };
        Returns: Json;
      };
      "sms_create_broadcast_for": {
        Args: {
          "body"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "name"?: string;
          "not_after"?: string;
          "owner_id": string;
          "purpose"?: string;
          "send_at"?: string;
          "template_id"?: string;
          "to_numbers": (string)[];
          "variables"?: Json;
        };
        Returns: Json;
      };
      "sms_create_message": {
        Args: {
          "body"?: string;
          "conversation_id"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "not_after"?: string;
          "pauses_assistant"?: boolean;
          "purpose"?: string;
          "send_at"?: string;
          "template_id"?: string;
          "to_number"?: string;
          "variables"?: Json;
        };
        Returns: Json;
      };
      "sms_create_message_for": {
        Args: {
          "body"?: string;
          "conversation_id"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "not_after"?: string;
          "owner_id": string;
          "pauses_assistant"?: boolean;
          "purpose"?: string;
          "send_at"?: string;
          "template_id"?: string;
          "to_number"?: string;
          "variables"?: Json;
        };
        Returns: Json;
      };
      "sms_delete_event_endpoint": { Args: { "endpoint_id": string }; Returns: Json };
      "sms_disconnect_account": { Args: { "account_sid": string; "owner_id": string }; Returns: Json };
      "sms_erase_contact": { Args: { "contact_id": string }; Returns: Json };
      "sms_erase_contact_for": { Args: { "contact_id": string; "owner_id": string }; Returns: Json };
      "sms_export_consents": {
        Args: { "after"?: string; "contact_id"?: string; "page_size"?: number };
        Returns: Json;
      };
      "sms_export_contact": { Args: { "contact_id": string }; Returns: Json };
      "sms_export_contact_for": { Args: { "contact_id": string; "owner_id": string }; Returns: Json };
      "sms_export_tenant": { Args: { "after"?: string; "page_size"?: number }; Returns: Json };
      "sms_export_tenant_for": {
        Args: { "after"?: string; "owner_id": string; "page_size"?: number };
        Returns: Json;
      };
      "sms_filter_unassigned_numbers": {
        Args: { "account_sid": string; "numbers": (string)[]; "owner_id": string };
        Returns: Json;
      };
      "sms_find_number_accounts": { Args: { "number"?: string; "owner_id": string }; Returns: Json };
      "sms_find_unknown_messages": { Args: { "account_sid": string; "texts": Json }; Returns: Json };
      "sms_finish_replies": { Args: { "max_attempts"?: number; "results": Json }; Returns: Json };
      "sms_fold_stats": { Args: { "max_rows"?: number }; Returns: Json };
      "sms_get_account": { Args: { "account_sid": string }; Returns: Json };
      "sms_get_attachment": {
        Args: {
          "attachment": number;
          "contact_number"?: string;
          "conversation_id"?: string;
          "message_id": string;
        };
        Returns: Json;
      };
      "sms_get_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "sms_get_consent": { Args: { "contact_id": string }; Returns: Json };
      "sms_get_conversation": {
        Args: {
          "before_seq"?: number;
          "contact_number"?: string;
          "conversation_id"?: string;
          "from_number"?: string;
          "page_size"?: number;
        };
        Returns: Json;
      };
      "sms_get_delivery": { Args: { "message_id": string }; Returns: Json };
      "sms_get_limits": { Args: { "owner_id": string }; Returns: Json };
      "sms_get_profile": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_get_quiet_hours": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_give_number": {
        Args: {
          "account_sid": string;
          "assistant_id"?: string;
          "number": string;
          "owner_id": string;
          "twilio_sid": string;
        };
        Returns: Json;
      };
      "sms_hand_back": { Args: { "conversation_id": string }; Returns: Json };
      "sms_inspect": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_list_account_sids": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_list_accounts": { Args: { "account_sid"?: string }; Returns: Json };
      "sms_list_contacts_without_consent": {
        Args: { "after"?: string; "page_size"?: number };
        Returns: Json;
      };
      "sms_list_credentials": { Args: { "after_id"?: string; "page_size"?: number }; Returns: Json };
      "sms_list_event_endpoints": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_list_message_numbers": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_list_messages_with": { Args: { "contact_number": string; "page_size"?: number }; Returns: Json };
      "sms_list_numbers": { Args: { "phone_number_id"?: string }; Returns: Json };
      "sms_list_stops": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_list_webhooks": { Args: { "owner_id": string }; Returns: Json };
      "sms_manage_events_for": {
        Args: { "action": string; "arguments"?: Json; "owner_id": string };
        Returns: Json;
      };
      "sms_opt_out_contact": { Args: { "contact_id": string }; Returns: Json };
      "sms_pause_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "sms_recall_models": {
        Args: { "allowed_models": (string)[]; "default_model": string; "server": string };
        Returns: Json;
      };
      "sms_receive_message": {
        Args: {
          "account_sid": string;
          "body": string;
          "from_number": string;
          "media": Json;
          "message_sid": string;
          "num_segments": number;
          "opt_out_type": string;
          "sent_at"?: string;
          "to_number": string;
        };
        Returns: Json;
      };
      "sms_record_consents": { Args: { "consents": Json; "idempotency_key"?: string }; Returns: Json };
      "sms_record_deliveries": { Args: { "max_attempts"?: number; "results": Json }; Returns: Json };
      "sms_record_doubts": { Args: { "results": Json }; Returns: Json };
      "sms_record_events": { Args: { "results": Json }; Returns: Json };
      "sms_record_models": { Args: { "listed"?: boolean; "models": Json; "server": string }; Returns: Json };
      "sms_record_questions": { Args: { "results": Json }; Returns: Json };
      "sms_record_status": {
        Args: {
          "account_sid": string;
          "error_code": string;
          "error_message": string;
          "from_number": string;
          "message_id"?: string;
          "message_sid": string;
          "status": string;
          "to_number": string;
        };
        Returns: Json;
      };
      "sms_record_wake": {
        Args: { "isolate_age_ms": number; "key_ids": (string)[]; "woken_by": string };
        Returns: Json;
      };
      "sms_record_webhook": {
        Args: {
          "phone_number_id": string;
          "seen_version": number;
          "sms_url"?: string;
          "trunk_sid"?: string;
          "twilio_sid"?: string;
          "webhook_error"?: string;
          "webhook_status": string;
        };
        Returns: Json;
      };
      "sms_recover_sent_message": { Args: { "account_sid": string; "sent": Json }; Returns: Json };
      "sms_remove_shared_key": {
        Args: { "account_sid": string; "key_id": string; "owner_id": string };
        Returns: Json;
      };
      "sms_repair_any_number": { Args: { "phone_number_id": string }; Returns: Json };
      "sms_repair_number": { Args: { "owner_id": string; "phone_number_id": string }; Returns: Json };
      "sms_replace_credentials": {
        Args: {
          "account_id": string;
          "forget_refused"?: boolean;
          "new_current": string;
          "new_previous": string;
          "old_current": string;
          "old_previous": string;
        };
        Returns: Json;
      };
      "sms_replace_secret": {
        Args: { "account_id": string; "name": string; "new_secret": string; "old_secret": string };
        Returns: Json;
      };
      "sms_replay_events": {
        Args: { "endpoint_id": string; "event_id"?: string; "since"?: string };
        Returns: Json;
      };
      "sms_require_consent": { Args: { "required_from": string }; Returns: Json };
      "sms_resume_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "sms_rotate_event_secret": { Args: { "endpoint_id": string; "overlap_hours"?: number }; Returns: Json };
      "sms_save_account": {
        Args: {
          "account_sid": string;
          "api_key_secret"?: string;
          "api_key_sid"?: string;
          "encrypted_token"?: string;
          "forget"?: string;
          "label"?: string;
          "owner_id"?: string;
          "shared_keys"?: Json;
          "trunk_sid"?: string;
        };
        Returns: Json;
      };
      "sms_save_event_endpoint": {
        Args: { "active"?: boolean; "endpoint_id"?: string; "types"?: (string)[]; "url"?: string };
        Returns: Json;
      };
      "sms_save_number": {
        Args: {
          "account_sid": string;
          "assistant_id"?: string;
          "number": string;
          "owner_id": string;
          "segments_per_second"?: number;
          "twilio_sid"?: string;
        };
        Returns: Json;
      };
      "sms_save_profile": { Args: { "profile": Json }; Returns: Json };
      "sms_save_quiet_hours": {
        Args: {
          "closes"?: string;
          "days"?: (number)[];
          "opens"?: string;
          "transactional_broadcasts"?: boolean;
        };
        Returns: Json;
      };
      "sms_schedule_worker": {
        Args: { "every_seconds"?: number; "functions_url": string; "worker_key": string };
        Returns: Json;
      };
      "sms_search_conversations": {
        Args: {
          "answered_by"?: string;
          "before_at"?: string;
          "before_id"?: string;
          "intent"?: string;
          "page_size"?: number;
          "search"?: string;
          "status"?: string;
          "unread"?: boolean;
        };
        Returns: Json;
      };
      "sms_set_limits": { Args: { "limits": Json; "owner_id": string }; Returns: Json };
      "sms_set_message_aside": {
        Args: {
          "account_sid": string;
          "body": string;
          "from_number": string;
          "media": Json;
          "message_sid": string;
          "num_segments": number;
          "reason": string;
          "sent_at": string;
          "to_number": string;
        };
        Returns: Json;
      };
      "sms_settle_any_message": {
        Args: { "message_id": string; "message_sid"?: string; "was_sent": boolean };
        Returns: Json;
      };
      "sms_settle_message": {
        Args: { "message_id": string; "message_sid"?: string; "was_sent": boolean };
        Returns: Json;
      };
      "sms_settle_opt_out": { Args: { "contact_id": string; "opted_out": boolean }; Returns: Json };
      "sms_summarize_messages": {
        Args: {
          "assistant_id"?: string;
          "bucket"?: string;
          "from_at"?: string;
          "from_day"?: string;
          "last_days"?: number;
          "phone_number_id"?: string;
          "time_zone"?: string;
          "to_at"?: string;
          "to_day"?: string;
        };
        Returns: Json;
      };
      "sms_switch_off": { Args: { "reason"?: string; "what"?: string }; Returns: Json };
      "sms_switch_on": { Args: { "anyway"?: boolean; "what"?: string }; Returns: Json };
      "sms_take_over": { Args: { "conversation_id": string }; Returns: Json };
      "sms_take_preview_turn": {
        Args: { "is_anonymous"?: boolean; "owner_id": string; "time_zone"?: string };
        Returns: Json;
      };
      "sms_take_turn": {
        Args: { "action": string; "owner_id": string; "per_minute": number };
        Returns: Json;
      };
      "sms_test_event_endpoint": { Args: { "endpoint_id": string }; Returns: Json };
      "sms_unassign_number": { Args: { "owner_id": string; "phone_number_id": string }; Returns: Json };
      "sms_unschedule_worker": { Args: Record<PropertyKey, never>; Returns: Json };
      "sms_update_conversation": {
        Args: {
          "ai_enabled"?: boolean;
          "contact_number"?: string;
          "conversation_id"?: string;
          "from_number"?: string;
          "read_through"?: number;
          "status"?: string;
        };
        Returns: Json;
      };
      "sms_worker_health": { Args: Record<PropertyKey, never>; Returns: Json };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Insert: infer I;
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Update: infer U;
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "public": {
    Enums: {},
  },
} as const;
