import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import type { DecisionModel, ReplyModel } from "../_shared/sms/model/openai.ts";
import type { ModelRequest } from "../_shared/sms/model/shapes.ts";
import type { CpuBudget } from "./cpu_budget.ts";

/** The same model; its calls are counted. */
export function meteredModel(model: ReplyModel, cpu: CpuBudget): ReplyModel {
  return {
    takesImages: (name) => model.takesImages?.(name) ?? true,
    async reply(request, memory, onAgain) {
      const spend = () => spendCall(request, cpu);
      spend();
      const answer = await model.reply(request, memory, (wasAnswered) => {
        spend();
        onAgain?.(wasAnswered);
      });
      cpu.spend("character", answer.reply.length);
      return answer;
    },
  };
}

/** The same for what is asked about opt-outs. */
export function meteredDecisions(model: DecisionModel, cpu: CpuBudget): DecisionModel {
  return {
    decide(request, memory, onAgain) {
      spendCall(request, cpu);
      return model.decide(request, memory, (wasAnswered) => {
        spendCall(request, cpu);
        onAgain?.(wasAnswered);
      });
    },
  };
}

function spendCall(request: ModelRequest, cpu: CpuBudget): void {
  cpu.spend("modelCall");
  cpu.spend("promptCharacter", sum(request.messages, ({ content }) => content.length));
  cpu.spend(
    "imageCharacter",
    sum(request.messages.flatMap(({ images }) => images ?? []), (url) => url.length),
  );
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((so, item) => so + of(item), 0);

/** The same database; calls of verbs are counted. */
export function meteredClient(client: RpcClient, cpu: CpuBudget): RpcClient {
  return {
    rpc(verb, args) {
      cpu.spend("verb");
      return client.rpc(verb, args);
    },
  };
}
