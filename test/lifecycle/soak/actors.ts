import { deliverOnce, passes } from '../history/deliver';
import { ring } from '../history/phone-calls';
import { changeAgent } from '../history/run-step';
import type { World } from '../history/world';
import type { Agenda } from './agenda';
import type { Dice } from './chance';
import type { SoakCall } from './plan';
import type { Watch } from './watch';

/** What the calls of a soak work with. */
export interface Stage {
  readonly world: World;
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly watch: Watch;
  /** After how many outside calls the process that starts now is killed; undefined for one that lives. */
  readonly nextKill: () => number | undefined;
  /** Ends that were taken in. */
  readonly ends: Set<string>;
}

/** A sender gives up after so many deliveries. */
const maxDeliveries = 12;

const killed = (afterCalls: number | undefined): { killAfter?: number } =>
  afterCalls === undefined ? {} : { killAfter: afterCalls };

const settingsOf = ({ activation, retainS }: SoakCall, { world }: Stage): World => ({
  ...world,
  planted: { ...world.planted, settings: { ...world.rig.deps.settings, activation, retainS } },
});

/** A call comes: its pre-call is delivered until it is answered, then it goes on as its kind does. */
export const begin = async (call: SoakCall, stage: Stage): Promise<void> => {
  const { world, dice } = stage;
  world.calls.push(call);
  if (call.kind === 'ended-first') await tellEnd(call, stage);
  if (call.kind === 'out-of-time')
    world.rig.elevenLabs.addFault({
      operation: 'patchAgent',
      match: call.agentId,
      effect: 'before',
      action: { kind: 'slow', ms: 500 },
    });
  const leftMs = call.kind === 'out-of-time' ? 250 : undefined;
  const alongside = {
    'hung-up': () => later(dice.integer('hang up', 5, 90)).then(() => tellEnd(call, stage)),
    twice: () => later(dice.integer('second', 0, 40)).then(() => deliver(call, stage, 2)),
  };
  const beside = call.kind === 'hung-up' || call.kind === 'twice' ? alongside[call.kind]() : undefined;
  await Promise.all([deliver(call, stage, 1, leftMs), beside]);
};

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const deliver = async (call: SoakCall, stage: Stage, count: number, leftMs?: number): Promise<void> => {
  const { agenda, dice } = stage;
  const wasAnswered = call.isAnswered;
  const treatment = killed(stage.nextKill());
  const timer = treatment.killAfter === undefined ? leftMs : 2_000;
  const given = timer === undefined ? treatment : { ...treatment, leftMs: timer };
  const answer = await deliverOnce(call, settingsOf(call, stage), given);
  const isAgain = answer === 'again' || answer === 'killed';
  if (isAgain && count < maxDeliveries && !call.isAnswered)
    agenda.inS(dice.integer('again', 4, 15), () => deliver(call, stage, count + 1));
  if (isAgain || answer === 'refused' || wasAnswered) return;
  if (call.kind === 'phone') agenda.inS(dice.integer('ring', 1, 5), () => rings(call, stage));
  else if (call.kind !== 'silent') agenda.inS(call.talkS, () => tellEnd(call, stage));
};

const rings = async (call: SoakCall, stage: Stage): Promise<void> => {
  const { world, agenda } = stage;
  const treatment = killed(stage.nextKill());
  await ring({ do: 'ring', call: world.calls.indexOf(call), ...treatment }, world, true);
  const mine = world.phoneCalls.at(-1);
  agenda.inS(call.talkS, async () => {
    if (mine?.status !== 'in-progress') return tellEnd(call, stage);
    mine.status = 'done';
    mine.endWasTold = true;
    world.rig.elevenLabs.changeConversation(mine.callId, { status: 'done' });
    await tellEnd(call, stage, mine.callId);
  });
};

/** Tells the end of a call, again until it is taken in. */
const tellEnd = async (call: SoakCall, stage: Stage, callId?: string): Promise<void> => {
  const { world, agenda, watch, ends } = stage;
  const { conversationId, agentId, phoneNumber, startedAtS } = call;
  const isByCaller = call.endsBy === 'caller' || callId !== undefined;
  for (const other of world.calls)
    other.endWasTold ||=
      other === call || (isByCaller && other.agentId === agentId && other.phoneNumber === phoneNumber);
  const caller = { agentIds: [agentId], callerIdentifiers: phoneNumber === undefined ? [] : [phoneNumber], startedAtS };
  const unknownId = `el_${conversationId}`;
  const ended = {
    id: { conversationId },
    variable: { conversationId: unknownId, precallConversationId: conversationId },
    caller: { conversationId: unknownId, ...caller },
  }[call.endsBy];
  const told = callId === undefined ? ended : { conversationId: callId, ...caller };
  const outcome = await world.rig.endCall(told, stage.nextKill(), world.planted).catch((error: unknown) => {
    passes(error);
    return 'failed' as const;
  });
  if (outcome !== undefined) agenda.inS(5, () => tellEnd(call, stage, callId));
  else {
    ends.add(told.conversationId);
    await watch.ended(call, call.retainS > 0);
  }
};

/** A person changes an agent; from then on, so often that it matters. */
export const edits = async (stage: Stage): Promise<void> => {
  const { world, agenda, dice } = stage;
  const agent = dice.oneOf<1 | 2 | 3>('edited agent', [1, 2, 3]);
  const voice = dice.oneOf<'premade' | 'foreign' | 'none'>('edited voice', ['premade', 'foreign', 'none']);
  const message = `Text ${dice.integer('text', 1, 1_000)}`;
  const change = voice === 'none' ? { message } : { voice, ...(dice.next('edited both') < 0.5 && { message }) };
  await changeAgent({ do: 'person', agent, ...change }, world, true);
  agenda.inS(dice.integer('next edit', 15, 60), () => edits(stage));
};

/** What comes by a schedule. */
export const chores = async (stage: Stage): Promise<void> => {
  const { world, agenda } = stage;
  const { rig, planted } = world;
  await rig.sweep(stage.nextKill(), planted).catch(passes);
  await rig.reconcile(stage.nextKill(), planted).catch(passes);
  agenda.inS(300, () => chores(stage));
};
