import { connect, createTestDatabase } from "./local/database.ts";
import { startPostgres } from "./local/postgres.ts";
import { steps, STEPS } from "./bench/sql/steps.ts";
import * as m from "./bench/sql/main.ts";
