import { isAbandoned } from '../../../lambdas/voices/claim-decision';
import { agentNow } from '../../support/lifecycle/agent-now';
import { repeatUntilAnswered } from './deliver';
import { checkAlways, claim, type Ledger, ourClones, readLedger } from './invariants';
import { calm } from './run-step';
import { advance, agentIds, inFlight, type World } from './world';

/**
 * Seconds that the clock moves on by after a history, each time with the queue worked off; and whether reconcile runs
 * then.
 */
const hours = [
  [130, false],
  [900, false],
  [1000, true],
  [1900, false],
  [3600, false],
  [3600, true],
] as const;

const maxDays = 10;

/** What reconcile has had two chances to take up waits for nobody any more, in milliseconds. */
const patienceMs = 2 * 3600_000;

/** Ends a history in two phases, and checks what has to hold after each. */
export const settle = async (world: World): Promise<void> => {
  await settleHours(world);
  await settleDays(world);
};

/** Some hours pass without faults: each clone is used, kept, or on its way out. */
export const settleHours = async (world: World): Promise<void> => {
  await inFlight(world.rig);
  calm(world);
  for (const call of world.calls) for (const tellAgain of call.owedEnds) await tellAgain();
  await answerAll(world);
  await checkAlways(world);
  for (const [seconds, withReconcile] of hours) {
    await pass(seconds, withReconcile, world);
    await checkAlways(world);
  }
  await checkAfterHours(world);
};

/** All calls are over, and days pass: nothing of ours is left. */
export const settleDays = async (world: World): Promise<void> => {
  for (const { conversationId } of world.rig.elevenLabs.state.conversations)
    world.rig.elevenLabs.changeConversation(conversationId, { status: 'done' });
  for (let day = 0; day < maxDays && !(await isAtRest(world)); day += 1) await pass(25 * 3600, true, world);
  await checkAtTheEnd(world);
};

/** Whoever still waits for an answer gets one. */
const answerAll = async (world: World): Promise<void> => {
  for (const call of world.calls) {
    if (call.startedAtS === undefined || call.isAnswered || call.endWasTold) continue;
    await repeatUntilAnswered(call, world);
  }
};

const pass = async (seconds: number, withReconcile: boolean, world: World): Promise<void> => {
  const { rig, planted, plantedInWorker } = world;
  await advance(world, seconds);
  await rig.processJob(undefined, plantedInWorker);
  if (!withReconcile) return;
  await rig.sweep(undefined, planted);
  await rig.reconcile(undefined, planted);
  await rig.processJob(undefined, plantedInWorker);
};

const isAtRest = async (world: World): Promise<boolean> => {
  const { voices } = await readLedger(world);
  const areGone = [...voices.values()].every(({ state }) => state === 'deleted');
  return areGone && ourClones(world).size === 0 && (await world.rig.queue.pending()) === 0;
};

/** Some hours later each clone is used, kept, or on its way out; and no conversation has two. */
const checkAfterHours = async (world: World): Promise<void> => {
  const ledger = await readLedger(world);
  const jobs = JSON.stringify(await world.rig.queue.jobs());
  const made = new Set<string>();
  for (const [voiceId, conversationId] of ourClones(world)) {
    claim(reasonOf(voiceId, jobs, ledger, world) !== undefined, () => {
      const seen = JSON.stringify([ledger.voices.get(voiceId), ledger.conversations.get(conversationId)]);
      return `The clone ${voiceId} of ${conversationId} is neither used nor kept nor about to be deleted: ${seen}, jobs ${jobs}`;
    });
    claim(!made.has(conversationId), () => `${conversationId} ended up with two voices.`);
    made.add(conversationId);
  }
  for (const seen of ledger.conversations.values())
    claim(
      !isAbandoned(seen, patienceMs, world.rig.nowMs()),
      () => `The work on ${seen.conversation_id} is never finished: ${JSON.stringify(seen)}, jobs ${jobs}`,
    );
  for (const agentId of agentIds) {
    const theirs = world.calls.filter((call) => call.agentId === agentId && call.startedAtS !== undefined);
    const areOver = theirs.every(
      ({ conversationId }) => ledger.conversations.get(conversationId)?.ended_at !== undefined,
    );
    if (areOver && !jobs.includes(agentId)) checkAgent(agentId, world);
  }
};

/** Why a clone still exists: it is used, kept for reuse, or about to be deleted. Undefined for one without a reason. */
export const reasonOf = (
  voiceId: string,
  jobs: string,
  { voices, conversations }: Ledger,
  { rig }: World,
): 'used' | 'kept' | 'queued' | undefined => {
  const seen = voices.get(voiceId);
  const isQueued = jobs.includes(voiceId);
  if (seen === undefined) return isQueued ? 'queued' : undefined;
  const isUsed = Object.keys(seen.users).some((user) => conversations.get(user)?.ended_at === undefined);
  const isKept =
    Object.keys(seen.users).length === 0 &&
    'retain_s' in seen &&
    seen.retain_s > 0 &&
    seen.expires_at * 1000 > rig.nowMs();
  if (seen.state === 'deleted') return undefined;
  if (isUsed) return 'used';
  if (seen.state === 'live' && isKept) return 'kept';
  return isQueued ? 'queued' : undefined;
};

/** When all is over, nothing of ours is left, and every agent has what somebody else set. */
const checkAtTheEnd = async (world: World): Promise<void> => {
  const { rig } = world;
  await checkAlways(world);
  const { voices, agents } = await readLedger(world);
  const list = (value: unknown): string => JSON.stringify(value);
  claim(
    rig.queue.deadLetters.length === 0,
    () => `Jobs were given up: ${list(rig.queue.deadLetters.map(({ Body }) => Body))}`,
  );
  const jobs = await rig.queue.jobs();
  claim(jobs.length === 0, () => `Jobs are left: ${list(jobs)}`);
  claim(
    ourClones(world).size === 0,
    () => `Clones are left: ${list([...ourClones(world)])}, ${list([...voices.values()])}`,
  );
  const samples = await rig.samples();
  claim(samples.length === 0, () => `Samples are left: ${list(samples)}`);
  for (const agent of agents) {
    claim(agent['activation'] === undefined, () => `An agent is still activated: ${list(agent)}`);
    const landing = Object.values(agent['pendings'] as Record<string, { until: number }>).filter(
      ({ until }) => until > rig.nowMs(),
    );
    claim(landing.length === 0, () => `PATCHes may still land: ${list(agent)}`);
  }
  for (const agentId of agentIds) checkAgent(agentId, world);
};

const checkAgent = (agentId: string, { rig, own }: World): void => {
  const now = agentNow(rig, agentId);
  for (const [field, values] of Object.entries(own.get(agentId)!)) {
    const value = now[field as 'voiceId' | 'firstMessage'];
    claim(
      values.has(value),
      () => `The ${field} of ${agentId} is ${value}, but should be ${[...values].join(' or ')}.`,
    );
  }
};
