import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import type { ReplyModel } from "../_shared/sms/model/openai.ts";
import type { CpuBudget } from "./cpu_budget.ts";

/** The same model; its calls are counted. */
export function meteredModel(model: ReplyModel, cpu: CpuBudget): ReplyModel {
  return {
    async reply(request, memory) {
      cpu.spend("modelCall");
      cpu.spend("character", request.messages.reduce((sum, { content }) => sum + content.length, 0));
      const answer = await model.reply(request, memory);
      cpu.spend("character", answer.reply.length);
      return answer;
    },
  };
}

/** The same database; calls of verbs are counted. */
export function meteredClient(client: RpcClient, cpu: CpuBudget): RpcClient {
  return {
    rpc(verb, args) {
      cpu.spend("verb");
      return client.rpc(verb, args);
    },
  };
}
