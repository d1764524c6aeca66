/** The look-alike alone: `deno run -A local/model/main.ts [port]`. */
import { print } from "../print.ts";
import { MODEL_NOTICE, startModel } from "./mod.ts";

const model = await startModel({ port: Number(Deno.args[0] ?? 0) });
print(MODEL_NOTICE);
print(`SMS_OPENAI_BASE_URL=${model.url}/v1`);
