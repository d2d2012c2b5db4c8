/** Fields that name or quote a caller, anywhere in an item. */
const personalFields = new Set([
  'answer',
  'name',
  'first_message',
  'caller_number',
  'caller_name',
  'phone_number',
  'termination_reason',
  'failure_reason',
  'details',
  'voice_name',
]);

/** The placeholder for a hidden value. */
export const hidden = 'hidden: personal data are off';

/** Hides the personal fields of an item. Hashes stay, because they are ids. */
export const withoutPersonal = (item: unknown): unknown => {
  if (item instanceof Set) return [...item].map(withoutPersonal);
  if (Array.isArray(item)) return item.map(withoutPersonal);
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(
    Object.entries(item).map(([name, value]: [string, unknown]) => [
      name,
      personalFields.has(name) && value != null ? hidden : withoutPersonal(value),
    ]),
  );
};
