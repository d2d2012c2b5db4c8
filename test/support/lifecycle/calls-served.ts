import { agentNow } from './agent-now';
import { agentId, type Callers, numberOf, own, voicesOf } from './callers';

/** The same order in every run, in no order that anybody would choose. */
const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((each, index) => ({ each, at: (index * 7919 + 13) % 101 }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);

/** Registers tests, one per mode, in which so many callers of one agent ring at once. */
export const describeCallsServed = (count: number, current: () => Callers): void => {
  describe(`${count} callers at once on one agent`, () => {
    it.each(['patch', 'both', 'auto', 'override'] as const)(
      'given %s, when they ring in any order and hang up in any order, then each hears their own voice',
      async (activation) => {
        const { rig, telephone, preCall, conversation, settleAll, patches } = current();
        rig.settings.activation = activation;
        const callers = Array.from({ length: count }, (_, n) => n);

        const answers = await Promise.all(callers.map((n) => preCall(n)));
        const calls = await Promise.all(
          shuffled(callers).map(async (n) => ({ n, call: await telephone.ring({ from: numberOf(n) }) })),
        );

        const heard = calls.map(({ n, call }) => ({ n, ...call.heard }));
        expect(heard).toEqual(calls.map(({ n }) => ({ n, ...voicesOf(answers[n]!) })));
        expect(new Set(heard.map(({ voiceId }) => voiceId)).size).toBe(count);
        expect(answers.every(({ recognised_by }) => recognised_by === 'initiation')).toBe(true);
        await Promise.all(shuffled([...calls].reverse()).map(({ call }) => telephone.hangUp(call, true)));
        for (const { n, call } of calls) {
          expect(await conversation(`conv_${n}`)).toMatchObject({
            work: { state: 'taken', call: call.conversationId },
          });
          expect(await conversation(`conv_${n}`)).toHaveProperty('ended_at');
        }
        await settleAll();
        expect(rig.clones()).toEqual([]);
        expect(agentNow(rig)).toMatchObject(own);
        if (activation === 'auto' || activation === 'override') {
          expect(patches()).toBe(0);
          expect(await rig.ledger()).not.toHaveProperty(`AGENT#${agentId}`);
        }
      },
    );
  });
};
