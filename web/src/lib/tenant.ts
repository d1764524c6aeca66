import { useQuery } from "@tanstack/react-query";
import type { Assistant, PhoneNumber } from "../../../client/mod.ts";
import { smsOf } from "./api.ts";
import { useBackend } from "./backend.ts";
import { keys } from "./keys.ts";

// What a tenant has set up, which more than one page asks for.

export type { Assistant, PhoneNumber };

export function useNumbers() {
  const { client } = useBackend();
  return useQuery({
    queryKey: keys.numbers,
    queryFn: ({ signal }) => smsOf(client).numbers.list({ signal }),
  });
}

/** By name. */
export function useAssistants() {
  const { client } = useBackend();
  return useQuery({
    queryKey: keys.assistants,
    queryFn: ({ signal }) => smsOf(client).assistants.list({ signal }),
  });
}
