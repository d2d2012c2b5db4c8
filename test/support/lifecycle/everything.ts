import type { LifecycleRig } from './rig';

/** Everything that the ledger and the bucket hold: each item as JSON under its key, each object's key under itself. */
export const everythingOf = async (rig: LifecycleRig): Promise<Record<string, string>> => {
  const unfold = (_key: string, part: unknown): unknown => (part instanceof Set ? [...(part as Set<unknown>)] : part);
  const items = Object.entries(await rig.ledger()).map(([pk, item]) => [pk, JSON.stringify(item, unfold)]);
  return Object.fromEntries([...items, ...(await rig.samples()).map((key) => [key, key])]) as Record<string, string>;
};
