const kinds: Readonly<Record<string, string>> = {
  'under way': 'live',
  'in use': 'live',
  'being cloned': 'busy',
  deleting: 'busy',
  kept: 'calm',
  completed: 'calm',
  ended: 'calm',
  ok: 'live',
};

/** Renders a state in its colour. The text states it, too. */
export const Tag = ({ state, isFailed = false }: { state: string; isFailed?: boolean }) => (
  <span class={`tag tag-${isFailed ? 'failed' : (kinds[state] ?? 'plain')}`}>{state}</span>
);
