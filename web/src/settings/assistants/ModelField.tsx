import { Field } from "../../ui/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import { endOfModel } from "./ending.ts";
import { useModels } from "./models.ts";

const DEFAULT = "default";

interface Props {
  /** Empty: the operator's default. */
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (model: string) => void;
}

/** One of the models that the operator, who pays for them, allows. */
export function ModelField({ value, error, onChange }: Props) {
  const data = useModels();
  const ending = endOfModel(data, value);
  const allowed = data?.models ?? [];
  const known = value === "" || value === data?.default_model || allowed.includes(value);
  return (
    <Field
      label="Model"
      hint={ending ?? (known || !data
        ? "The models that the operator of this service allows."
        : `${value} is not allowed: ${data.default_model} answers in its place.`)}
      error={error}
    >
      <Select
        value={value || DEFAULT}
        onChange={(model) => onChange(model === DEFAULT ? "" : model)}
        options={[
          { value: DEFAULT, label: data ? `Default (${data.default_model})` : "Default" },
          ...[...new Set([...allowed, ...value === "" ? [] : [value]])]
            .map((model) => ({ value: model, label: model })),
        ]}
      />
    </Field>
  );
}
