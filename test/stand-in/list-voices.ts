import type { AccountVoice } from './account';
import { invalidField, type Answer } from './error-bodies';
import { voiceBody } from './resource-bodies';

type Query = Readonly<Record<string, string>>;

const categoriesOf: Record<string, readonly AccountVoice['category'][]> = {
  personal: ['cloned', 'generated', 'professional'],
  workspace: ['cloned', 'generated', 'professional'],
  'non-default': ['cloned', 'generated', 'professional'],
  default: ['premade'],
  community: [],
};

/** `search` looks at name, description, labels and category (contract of `GET /v2/voices`). */
const mentions = (voice: AccountVoice, search: string): boolean =>
  [voice.name, voice.description ?? '', voice.category, ...Object.values(voice.labels)].some((text) =>
    text.toLowerCase().includes(search.toLowerCase()),
  );

const selects = (voice: AccountVoice, query: Query): boolean =>
  (query['search'] === undefined || mentions(voice, query['search'])) &&
  (query['category'] === undefined || voice.category === query['category']) &&
  (categoriesOf[query['voice_type'] ?? '']?.includes(voice.category) ?? true);

const orderBy = ({ sort = 'created_at_unix', sort_direction: direction = 'desc' }: Query) => {
  const key = (voice: AccountVoice): string =>
    `${sort === 'name' ? voice.name : String(voice.createdAtUnix ?? 0).padStart(12, '0')}\n${voice.voiceId}`;
  const sign = direction === 'asc' ? 1 : -1;
  return (a: AccountVoice, b: AccountVoice): number => (key(a) < key(b) ? -sign : sign);
};

/**
 * Answers `GET /v2/voices`. A token holds the ids that are still to come, so that voices deleted between two pages neither hide nor repeat
 * others. The first page may be longer than `page_size`, because default voices come on top of it, as ElevenLabs documents.
 */
export const listVoices = (all: ReadonlyMap<string, AccountVoice>, query: Query): Answer => {
  const token = query['next_page_token'];
  const selected = [...all.values()].filter((voice) => selects(voice, query)).sort(orderBy(query));
  const isDefault = ({ category }: AccountVoice): boolean => category === 'premade' && query['category'] === undefined;
  const expected = token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8').split(',');
  if (expected?.some((id) => !/^[\w-]+$/.test(id))) {
    return invalidField(['query', 'next_page_token'], 'Invalid page token', 'value_error');
  }
  const defaults = expected === undefined ? selected.filter(isDefault) : [];
  const others = selected.filter((voice) => !isDefault(voice) && (expected?.includes(voice.voiceId) ?? true));
  const pageSize = Number(query['page_size'] ?? 10);
  const rest = others.slice(pageSize).map(({ voiceId }) => voiceId);
  return {
    status: 200,
    body: {
      voices: [...defaults, ...others.slice(0, pageSize)].map(voiceBody),
      has_more: rest.length > 0,
      total_count: query['include_total_count'] === 'false' ? 0 : selected.length,
      next_page_token: rest.length > 0 ? Buffer.from(rest.join(',')).toString('base64url') : null,
    },
  };
};
