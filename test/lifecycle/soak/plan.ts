import type { History } from '../history/history';
import type { KnownCall } from '../history/world';
import type { Dice } from './chance';

/**
 * What a call does:
 * - `plain`: a pre-call, a talk, an end;
 * - `twice`: its pre-call is delivered by two senders at the same time;
 * - `phone`: the call rings, is recognised and hangs up with its own id;
 * - `hung-up`: it ends while its voice is being cloned;
 * - `ended-first`: its end comes before its pre-call;
 * - `out-of-time`: its PATCH lands after its pre-call has given up;
 * - `silent`: nobody tells its end.
 */
export type Kind = 'plain' | 'twice' | 'phone' | 'hung-up' | 'ended-first' | 'out-of-time' | 'silent';

/** One of the calls of a soak. */
export interface SoakCall extends KnownCall {
  readonly kind: Kind;
  readonly activation: History['activation'];
  readonly retainS: number;
  readonly endsBy: 'id' | 'variable' | 'caller';
  /** When it comes, in seconds after the call before it. */
  readonly afterS: number;
  readonly talkS: number;
}

const kinds: readonly [Kind, ...Kind[]] = [
  ...(['plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'plain'] as const),
  ...(['twice', 'twice', 'phone', 'phone', 'phone', 'hung-up', 'hung-up', 'ended-first'] as const),
  ...(['out-of-time', 'silent'] as const),
];

const activations = ['patch', 'patch', 'patch', 'patch', 'both', 'auto', 'override'] as const;

/** The call of this place. Every fourth caller has voices that are kept for two hours; one in 20 has no number. */
export const soakCall = (dice: Dice, index: number): SoakCall => {
  const what = `call ${index}`;
  const caller = dice.integer(`${what} caller`, 0, 59);
  const kind = dice.oneOf(`${what} kind`, kinds);
  const isAnonymous = dice.next(`${what} number`) < 0.05 && kind !== 'phone';
  const agent = dice.oneOf(`${what} agent`, [1, 2, 3] as const);
  return {
    kind,
    agent,
    caller,
    conversationId: `c${index}`,
    agentId: `agent_${agent}`,
    sample: dice.oneOf(`${what} sample`, ['a', 'a', 'a', 'b'] as const),
    phoneNumber: isAnonymous ? undefined : `+3161234${5000 + caller}`,
    activation:
      kind === 'phone' ? dice.oneOf(`${what} mode`, ['auto', 'both']) : dice.oneOf(`${what} mode`, activations),
    retainS: caller % 4 === 0 ? 7200 : 0,
    endsBy: dice.oneOf(`${what} by`, ['id', 'id', 'id', 'variable', 'caller']),
    afterS: dice.integer(`${what} after`, 1, 9),
    talkS: dice.integer(`${what} talk`, 3, 45),
    startedAtS: undefined,
    isAnswered: false,
    endWasTold: false,
    owedEnds: [],
  };
};
