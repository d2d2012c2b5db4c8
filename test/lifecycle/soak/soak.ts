import { patchAgent } from '../../../local/elevenlabs/agents';
import type { LifecycleRig } from '../../support/lifecycle/rig';
import { checkAlways, claim, ourClones, readLedger } from '../history/invariants';
import { reasonOf, settleDays, settleHours } from '../history/settle';
import { advance, newWorld, stateOf, type World } from '../history/world';
import { begin, chores, edits, type Stage } from './actors';
import { agendaOf } from './agenda';
import { awsChance, diceOf, elevenLabsChance, type Struck } from './chance';
import { soakCall } from './plan';
import { distributionOf, watchOf } from './watch';

/** What a soak is. */
export interface Soak {
  readonly seed: number;
  readonly calls: number;
  /** No call begins after this much real time, in milliseconds. */
  readonly longestMs: number;
}

/** A late PATCH lands within this many seconds after it was sent: for so long its entry is kept. */
const longestLateS = 25;

/** Seconds from one kill to the next. */
const killEveryS = [2, 8] as const;

const begun = async (rig: LifecycleRig, seed: number, struck: Struck): Promise<Stage & { calm: () => number }> => {
  const world = await newWorld(rig, { retainS: 0, activation: 'patch', asks: true, calls: [], steps: [] }, () => ({}));
  const dice = diceOf(seed);
  const agenda = agendaOf(() => rig.nowMs());
  let kills = 0;
  let isCalm = false;
  let nextKillMs = rig.nowMs();
  const nextKill = (): number | undefined => {
    if (isCalm || rig.nowMs() < nextKillMs) return undefined;
    kills += 1;
    nextKillMs = rig.nowMs() + dice.integer('kill', ...killEveryS) * 1000;
    return dice.integer('kill after', 0, 18);
  };
  const landLater = (agentId: string, body: unknown): void =>
    agenda.inS(dice.integer('late', 1, longestLateS), () => {
      patchAgent(stateOf(rig), agentId, body, Date.now());
      return Promise.resolve();
    });
  const calm = (): number => {
    isCalm = true;
    Object.assign(rig.chances, { aws: undefined, elevenLabs: undefined });
    return kills;
  };
  rig.chances.aws = awsChance(dice, struck);
  rig.chances.elevenLabs = elevenLabsChance(dice, struck, (fault) => rig.elevenLabs.addFault(fault), landLater);
  return { world, agenda, dice, nextKill, watch: watchOf(world), ends: new Set(), calm };
};

/**
 * Lets many calls of all kinds happen on a rig, with faults, kills and people, and checks the books during and after
 * that. Returns what happened, a line each. Throws a sentence where the books do not balance.
 */
export const soak = async ({ seed, calls, longestMs }: Soak, rig: LifecycleRig): Promise<string[]> => {
  const startedMs = Date.now();
  const struck: Struck = { elevenLabs: 0, late: 0, aws: 0, requests: 0, awsCalls: 0 };
  const stage = await begun(rig, seed, struck);
  const { world, watch, ends } = stage;
  const firstMs = rig.nowMs();
  const count = await happen(stage, calls, startedMs + longestMs);
  const virtualS = Math.round((rig.nowMs() - firstMs) / 1000);
  const kills = stage.calm();
  await rest(stage);
  const soon = await tallyOf(world);
  await settleHours(world);
  const books = await booksOf(world, ends);
  await settleDays(world);
  return [
    `soak of seed ${seed}: ${count} calls in ${virtualS} s of the test's clock, ${Date.now() - startedMs} ms of the real one`,
    `faults: ${struck.elevenLabs} of ${struck.requests} requests to ElevenLabs (${struck.late} PATCHes landed later), ` +
      `${struck.aws} of ${struck.awsCalls} AWS calls; ${kills} kills`,
    `end -> restored: ${distributionOf(watch.restoredS)}`,
    `end -> voice deleted: ${distributionOf(watch.deletedS)}`,
    `brought back by a late PATCH, for: ${distributionOf(watch.backS)}`,
    `five minutes after the last fault: ${soon}`,
    `hours later: ${books}`,
  ];
};

/** How many calls began. */
const happen = async (stage: Stage, calls: number, untilMs: number): Promise<number> => {
  const { world, agenda, dice } = stage;
  const progress = { count: 0, isOver: false };
  const next = async (): Promise<void> => {
    const call = soakCall(dice, progress.count);
    progress.count += 1;
    progress.isOver = progress.count === calls || Date.now() > untilMs;
    if (!progress.isOver) agenda.inS(call.afterS, next);
    await begin(call, stage);
  };
  agenda.inS(0, next);
  agenda.inS(20, () => edits(stage));
  agenda.inS(300, () => chores(stage));
  for (let tick = 0; !progress.isOver; tick += 1) {
    await pass(stage);
    if (tick % 50 === 0) await checkAlways(world);
  }
  return progress.count;
};

/** The worker looks into its queue at least this often. */
const longestStepS = 20;

/** What is due happens, beside the worker of the queue; then the clock moves on to what is next. */
const pass = async ({ world, agenda, watch, nextKill }: Stage): Promise<void> => {
  const { rig } = world;
  const work = async (): Promise<void> => {
    const dueMs = await rig.queue.nextDueMs();
    if (dueMs !== undefined && dueMs <= rig.nowMs()) await rig.processJob(nextKill());
    watch.look();
  };
  await Promise.all([...agenda.due().map((act) => act()), work()]);
  watch.look();
  const nextMs = Math.min(agenda.nextMs(), (await rig.queue.nextDueMs()) ?? Infinity);
  await advance(world, Math.max(0, Math.min((nextMs - rig.nowMs()) / 1000, longestStepS)));
};

/** No fault strikes any more: for some minutes, what is under way comes to its end, and calls that talk hang up. */
const rest = async (stage: Stage): Promise<void> => {
  const { world, agenda } = stage;
  const startedMs = world.rig.nowMs();
  while (world.rig.nowMs() < startedMs + 300_000) await pass(stage);
  // The two that come by a schedule.
  claim(agenda.size <= 2, () => `${agenda.size} acts are still due.`);
  await checkAlways(world);
};

const ourMark = '[precall/0011223344556677]';

/** How many voices were made, are deleted, and are alive for which reason. */
const tallyOf = async (world: World): Promise<string> => {
  const ledger = await readLedger(world);
  const jobs = JSON.stringify(await world.rig.queue.jobs());
  const alive = [...ourClones(world).keys()];
  const reasons = alive.map((voiceId) => reasonOf(voiceId, jobs, ledger, world) ?? 'to be found');
  const made = world.made.filter(({ description }) => description.includes(ourMark)).length;
  const counts = ['used', 'kept', 'queued', 'to be found'].map(
    (reason) => `${reasons.filter((each) => each === reason).length} ${reason}`,
  );
  return `${made} voices made, ${made - alive.length} deleted, alive: ${counts.join(', ')}`;
};

/** Ends that were taken in are in the ledger; voices are as `tallyOf` says. */
const booksOf = async (world: World, ends: ReadonlySet<string>): Promise<string> => {
  const { conversations } = await readLedger(world);
  const unended = [...ends].filter((id) => conversations.get(id)?.ended_at === undefined);
  claim(unended.length === 0, () => `Ends were taken in, but are not in the ledger: ${unended.join()}`);
  return `${await tallyOf(world)}; ${ends.size} ends`;
};
