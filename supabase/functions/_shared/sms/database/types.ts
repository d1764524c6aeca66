// Made from the migrations by `deno task types`; do not edit. 08b415eebf651779d960f74794335274
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "public": {
    Tables: {
      "assistants": {
        Row: {
          "active": boolean;
          "created_at": string;
          "error_message": string | null;
          "first_message": string | null;
          "goodbye_message": string | null;
          "id": string;
          "idle_timeout": string;
          "language": string | null;
          "max_history": number;
          "max_segments": number;
          "model": string | null;
          "name": string;
          "prompt": string;
          "reply_after_first_message": boolean;
          "reply_delay_ms": number;
          "temperature": number | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "created_at"?: string;
          "error_message"?: string | null;
          "first_message"?: string | null;
          "goodbye_message"?: string | null;
          "id"?: string;
          "idle_timeout"?: string;
          "language"?: string | null;
          "max_history"?: number;
          "max_segments"?: number;
          "model"?: string | null;
          "name": string;
          "prompt": string;
          "reply_after_first_message"?: boolean;
          "reply_delay_ms"?: number;
          "temperature"?: number | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Update: {
          "active"?: boolean;
          "created_at"?: string;
          "error_message"?: string | null;
          "first_message"?: string | null;
          "goodbye_message"?: string | null;
          "id"?: string;
          "idle_timeout"?: string;
          "language"?: string | null;
          "max_history"?: number;
          "max_segments"?: number;
          "model"?: string | null;
          "name"?: string;
          "prompt"?: string;
          "reply_after_first_message"?: boolean;
          "reply_delay_ms"?: number;
          "temperature"?: number | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "broadcasts": {
        Row: {
          "accepted": number;
          "body": string;
          "canceled_at": string | null;
          "created_at": string;
          "from_number": string;
          "id": string;
          "media": NonNullable<Json>;
          "name": string | null;
          "paused_at": string | null;
          "phone_number_id": string;
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
          "paused_at"?: string | null;
          "phone_number_id": string;
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
          "paused_at"?: string | null;
          "phone_number_id"?: string;
          "rejected"?: NonNullable<Json>;
          "send_at"?: string | null;
          "template_id"?: string | null;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "broadcasts_phone_number_id_user_id_fkey";
            columns: ["phone_number_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "phone_numbers";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "broadcasts_template_id_user_id_fkey";
            columns: ["template_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "message_templates";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "consent_events": {
        Row: {
          "at": string;
          "change": string;
          "contact_id": string;
          "evidence": string | null;
          "id": string;
          "message_id": string | null;
          "source": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "at"?: string;
          "change": string;
          "contact_id": string;
          "evidence"?: string | null;
          "id"?: string;
          "message_id"?: string | null;
          "source": string;
          "user_id": string;
        };
        Update: {
          "at"?: string;
          "change"?: string;
          "contact_id"?: string;
          "evidence"?: string | null;
          "id"?: string;
          "message_id"?: string | null;
          "source"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "consent_events_contact_id_user_id_fkey";
            columns: ["contact_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "contacts";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "consent_events_message_id_user_id_fkey";
            columns: ["message_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_messages";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "contacts": {
        Row: {
          "created_at": string;
          "id": string;
          "name": string | null;
          "number": string;
          "opt_out_source": string | null;
          "opted_out_at": string | null;
          "time_zone": string | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "name"?: string | null;
          "number": string;
          "opt_out_source"?: string | null;
          "opted_out_at"?: string | null;
          "time_zone"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "name"?: string | null;
          "number"?: string;
          "opt_out_source"?: string | null;
          "opted_out_at"?: string | null;
          "time_zone"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "conversations": {
        Row: {
          "ai_enabled": boolean;
          "ai_paused_reason": string | null;
          "ai_paused_until": string | null;
          "assistant_id": string | null;
          "contact_id": string;
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
          "waiting_for_person": boolean;
        };
        ComputedFields: never;
        Insert: {
          "ai_enabled"?: boolean;
          "ai_paused_reason"?: string | null;
          "ai_paused_until"?: string | null;
          "assistant_id"?: string | null;
          "contact_id": string;
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
          "waiting_for_person"?: boolean;
        };
        Update: {
          "ai_enabled"?: boolean;
          "ai_paused_reason"?: string | null;
          "ai_paused_until"?: string | null;
          "assistant_id"?: string | null;
          "contact_id"?: string;
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
          "waiting_for_person"?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: "conversations_assistant_id_user_id_fkey";
            columns: ["assistant_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "assistants";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "conversations_contact_id_user_id_fkey";
            columns: ["contact_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "contacts";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "conversations_phone_number_id_user_id_fkey";
            columns: ["phone_number_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "phone_numbers";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "message_events": {
        Row: {
          "error_code": string | null;
          "flags": (string)[];
          "id": string;
          "message_id": string;
          "message_sid": string | null;
          "received_at": string;
          "source": string;
          "status": string;
          "user_id": string | null;
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
          "user_id"?: string | null;
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
          "user_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "message_events_message_id_fkey";
            columns: ["message_id"];
            isOneToOne: false;
            referencedRelation: "sms_messages";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "message_events_message_id_user_id_fkey";
            columns: ["message_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "sms_messages";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "message_stats": {
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
      "message_templates": {
        Row: {
          "body": string;
          "created_at": string;
          "id": string;
          "name": string;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "body": string;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Update: {
          "body"?: string;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "phone_numbers": {
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
            foreignKeyName: "phone_numbers_account_sid_fkey";
            columns: ["account_sid"];
            isOneToOne: false;
            referencedRelation: "twilio_accounts";
            referencedColumns: ["account_sid"];
          },
          {
            foreignKeyName: "phone_numbers_assistant_id_user_id_fkey";
            columns: ["assistant_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "assistants";
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
          "id": string;
          "intent": string | null;
          "kind": string;
          "media": NonNullable<Json>;
          "message_sid": string | null;
          "num_segments": number | null;
          "phone_number_id": string | null;
          "price": number | null;
          "price_unit": string | null;
          "send_at": string | null;
          "sender": string;
          "seq": number | null;
          "status": string;
          "template_id": string | null;
          "to_number": string;
          "updated_at": string;
          "user_id": string | null;
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
          "id"?: string;
          "intent"?: string | null;
          "kind"?: string;
          "media"?: NonNullable<Json>;
          "message_sid"?: string | null;
          "num_segments"?: number | null;
          "phone_number_id"?: string | null;
          "price"?: number | null;
          "price_unit"?: string | null;
          "send_at"?: string | null;
          "sender": string;
          "seq"?: number | null;
          "status": string;
          "template_id"?: string | null;
          "to_number": string;
          "updated_at"?: string;
          "user_id"?: string | null;
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
          "id"?: string;
          "intent"?: string | null;
          "kind"?: string;
          "media"?: NonNullable<Json>;
          "message_sid"?: string | null;
          "num_segments"?: number | null;
          "phone_number_id"?: string | null;
          "price"?: number | null;
          "price_unit"?: string | null;
          "send_at"?: string | null;
          "sender"?: string;
          "seq"?: number | null;
          "status"?: string;
          "template_id"?: string | null;
          "to_number"?: string;
          "updated_at"?: string;
          "user_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "sms_messages_broadcast_id_user_id_fkey";
            columns: ["broadcast_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "broadcasts";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_messages_conversation_id_user_id_fkey";
            columns: ["conversation_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "conversations";
            referencedColumns: ["id", "user_id"];
          },
          {
            foreignKeyName: "sms_messages_template_id_user_id_fkey";
            columns: ["template_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "message_templates";
            referencedColumns: ["id", "user_id"];
          },
        ];
      };
      "twilio_accounts": {
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
      "user_limits": {
        Row: {
          "allowed_countries": (string)[] | null;
          "broadcast_recipients_per_day": number | null;
          "conversation_replies_per_day": number | null;
          "conversation_replies_per_hour": number | null;
          "sends_per_minute": number | null;
          "tenant_replies_per_day": number | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "allowed_countries"?: (string)[] | null;
          "broadcast_recipients_per_day"?: number | null;
          "conversation_replies_per_day"?: number | null;
          "conversation_replies_per_hour"?: number | null;
          "sends_per_minute"?: number | null;
          "tenant_replies_per_day"?: number | null;
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "allowed_countries"?: (string)[] | null;
          "broadcast_recipients_per_day"?: number | null;
          "conversation_replies_per_day"?: number | null;
          "conversation_replies_per_hour"?: number | null;
          "sends_per_minute"?: number | null;
          "tenant_replies_per_day"?: number | null;
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
      "assign_phone_number": {
        Args: {
          "account_sid": string;
          "assistant_id": string;
          "number": string;
          "owner_id": string;
          "twilio_sid": string;
        };
        Returns: Json;
      };
      "cancel_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "cancel_message": { Args: { "message_id": string }; Returns: Json };
      "choose_sender": { Args: { "account_sid": string; "to_number": string }; Returns: Json };
      "claim_deliveries": {
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
      "claim_listings": { Args: { "batch_size": number; "lease_seconds": number }; Returns: Json };
      "claim_lookups": {
        Args: { "batch_size": number; "lease_seconds": number; "per_account"?: number };
        Returns: Json;
      };
      "claim_replies": {
        Args: { "batch_size": number; "in_hand"?: Json; "lease_seconds": number; "max_attempts"?: number };
        Returns: Json;
      };
      "claim_settlements": {
        Args: { "batch_size": number; "lease_seconds": number; "per_account"?: number };
        Returns: Json;
      };
      "count_messages": { Args: { "from_at"?: string; "to_at"?: string }; Returns: Json };
      "create_broadcast": {
        Args: {
          "body"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "name"?: string;
          "send_at"?: string;
          "template_id"?: string;
          "to_numbers": (string)[];
          "variables"?: Json;
        };
        Returns: Json;
      };
      "create_broadcast_for": {
        Args: {
          "body"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "name"?: string;
          "owner_id": string;
          "send_at"?: string;
          "template_id"?: string;
          "to_numbers": (string)[];
          "variables"?: Json;
        };
        Returns: Json;
      };
      "create_message": {
        Args: {
          "body"?: string;
          "conversation_id"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "send_at"?: string;
          "template_id"?: string;
          "to_number"?: string;
          "variables"?: Json;
        };
        Returns: Json;
      };
      "create_message_for": {
        Args: {
          "body"?: string;
          "conversation_id"?: string;
          "from_number"?: string;
          "idempotency_key"?: string;
          "media_urls"?: (string)[];
          "owner_id": string;
          "send_at"?: string;
          "template_id"?: string;
          "to_number"?: string;
          "variables"?: Json;
        };
        Returns: Json;
      };
      "disconnect_twilio_account": { Args: { "account_sid": string; "owner_id": string }; Returns: Json };
      "end_conversation": { Args: { "conversation_id": string }; Returns: Json };
      "filter_unassigned_numbers": {
        Args: { "account_sid": string; "numbers": (string)[]; "owner_id": string };
        Returns: Json;
      };
      "find_number_accounts": { Args: { "number"?: string; "owner_id": string }; Returns: Json };
      "find_unknown_texts": { Args: { "account_sid": string; "texts": Json }; Returns: Json };
      "finish_replies": { Args: { "max_attempts"?: number; "results": Json }; Returns: Json };
      "fold_stats": { Args: { "max_rows"?: number }; Returns: Json };
      "get_attachment": {
        Args: {
          "attachment": number;
          "contact_number"?: string;
          "conversation_id"?: string;
          "message_id": string;
        };
        Returns: Json;
      };
      "get_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "get_conversation": {
        Args: {
          "before_seq"?: number;
          "contact_number"?: string;
          "conversation_id"?: string;
          "from_number"?: string;
          "page_size"?: number;
        };
        Returns: Json;
      };
      "get_delivery": { Args: { "message_id": string }; Returns: Json };
      "get_twilio_account": { Args: { "account_sid": string }; Returns: Json };
      "give_phone_number": {
        Args: {
          "account_sid": string;
          "assistant_id"?: string;
          "number": string;
          "owner_id": string;
          "twilio_sid": string;
        };
        Returns: Json;
      };
      "hand_back": { Args: { "conversation_id": string }; Returns: Json };
      "hurry_listings": { Args: Record<PropertyKey, never>; Returns: Json };
      "list_accounts": { Args: { "account_sid"?: string }; Returns: Json };
      "list_credentials": { Args: { "after_id"?: string; "page_size"?: number }; Returns: Json };
      "list_message_numbers": { Args: Record<PropertyKey, never>; Returns: Json };
      "list_messages_with": { Args: { "contact_number": string; "page_size"?: number }; Returns: Json };
      "list_phone_numbers": { Args: { "phone_number_id"?: string }; Returns: Json };
      "list_webhooks": { Args: { "owner_id": string }; Returns: Json };
      "mark_read": { Args: { "conversation_id": string; "through_seq": number }; Returns: Json };
      "opt_out_contact": { Args: { "contact_id": string }; Returns: Json };
      "pause_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "receive_message": {
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
      "record_deliveries": { Args: { "max_attempts"?: number; "results": Json }; Returns: Json };
      "record_listings": { Args: { "results": Json }; Returns: Json };
      "record_lookups": { Args: { "results": Json }; Returns: Json };
      "record_settlements": { Args: { "results": Json }; Returns: Json };
      "record_status": {
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
      "record_webhook": {
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
      "repair_any_phone_number": { Args: { "phone_number_id": string }; Returns: Json };
      "repair_phone_number": { Args: { "owner_id": string; "phone_number_id": string }; Returns: Json };
      "replace_credentials": {
        Args: {
          "account_id": string;
          "new_current": string;
          "new_previous": string;
          "old_current": string;
          "old_previous": string;
        };
        Returns: Json;
      };
      "resume_broadcast": { Args: { "broadcast_id": string }; Returns: Json };
      "save_phone_number": {
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
      "save_twilio_account": {
        Args: {
          "account_sid": string;
          "encrypted_token"?: string;
          "label"?: string;
          "owner_id"?: string;
          "trunk_sid"?: string;
        };
        Returns: Json;
      };
      "schedule_worker": {
        Args: { "every_seconds"?: number; "functions_url": string; "worker_key": string };
        Returns: Json;
      };
      "search_conversations": {
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
      "set_text_aside": {
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
      "summarize_messages": {
        Args: {
          "assistant_id"?: string;
          "bucket"?: string;
          "from_at"?: string;
          "from_day"?: string;
          "phone_number_id"?: string;
          "time_zone"?: string;
          "to_at"?: string;
          "to_day"?: string;
        };
        Returns: Json;
      };
      "take_over": { Args: { "conversation_id": string }; Returns: Json };
      "take_preview_turn": { Args: { "owner_id": string }; Returns: Json };
      "take_turn": { Args: { "action": string; "owner_id": string; "per_minute": number }; Returns: Json };
      "unassign_phone_number": { Args: { "owner_id": string; "phone_number_id": string }; Returns: Json };
      "unschedule_worker": { Args: Record<PropertyKey, never>; Returns: Json };
      "update_conversation": {
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
      "worker_health": { Args: Record<PropertyKey, never>; Returns: Json };
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
