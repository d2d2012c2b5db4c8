import * as z from 'zod';
import { InvalidRequest, invalidField } from './errors';
import type { Form, FormField, FormFile } from './multipart';

/** What `POST /v1/voices/add` is asked for. */
export interface VoiceForm {
  readonly name: string;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly removeBackgroundNoise: boolean;
  readonly files: readonly FormFile[];
}

const textFields = ['name', 'description', 'labels', 'remove_background_noise'];
const flatMap = z.record(z.string(), z.string());

const parseLabels = (text: string): VoiceForm['labels'] => {
  try {
    return flatMap.parse(JSON.parse(text));
  } catch {
    throw invalidField(['body', 'labels'], 'Input should be a JSON object whose values are strings', 'dict_type');
  }
};

const parseFlag = (text: string): boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  throw invalidField(['body', 'remove_background_noise'], 'Input should be true or false', 'bool_parsing');
};

const refuseUnknownParts = ({ fields, files }: Form): void => {
  const unknown = [
    ...fields.filter(({ name }) => !textFields.includes(name)),
    ...files.filter(({ name }) => name !== 'files'),
  ];
  if (unknown.length === 0) return;
  const msg = `Not a field of this form. Text fields are ${textFields.join(', ')}; the file field is files`;
  throw new InvalidRequest(unknown.map(({ name }) => ({ loc: ['body', name], msg, type: 'extra_forbidden' })));
};

const only = (fields: readonly FormField[], name: string): string | undefined => {
  const values = fields.filter((field) => field.name === name);
  if (values.length > 1) throw invalidField(['body', name], 'Field occurs more than once');
  return values[0]?.value;
};

/**
 * Reads the form of an instant voice clone. Throws InvalidRequest for a field that is missing, repeated, malformed or,
 * unlike the real API, unknown.
 */
export const parseVoiceForm = (form: Form): VoiceForm => {
  refuseUnknownParts(form);
  const name = only(form.fields, 'name') ?? '';
  const missing = [...(name === '' ? ['name'] : []), ...(form.files.length === 0 ? ['files'] : [])];
  if (missing.length > 0)
    throw new InvalidRequest(
      missing.map((field) => ({ loc: ['body', field], msg: 'Field required', type: 'missing' })),
    );
  return {
    name,
    description: only(form.fields, 'description') ?? null,
    labels: parseLabels(only(form.fields, 'labels') ?? '{}'),
    removeBackgroundNoise: parseFlag(only(form.fields, 'remove_background_noise') ?? 'false'),
    files: form.files,
  };
};
