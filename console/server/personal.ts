/** Fields that name or quote a caller, wherever they are in an item. */
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

/** What stands in the place of a value that is not shown. */
export const hidden = 'hidden: personal data are off';

/** An item with its personal fields hidden. Hashes stay: they are ids. */
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
