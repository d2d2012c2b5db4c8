import { describeDeadPreCalls } from '../support/lifecycle/dead-pre-calls';

describeDeadPreCalls(Array.from({ length: 18 }, (_, n) => n + 8));
