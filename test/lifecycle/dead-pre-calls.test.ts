import { describeDeadPreCalls } from '../support/lifecycle/dead-pre-calls';

describeDeadPreCalls([9, 14, 19, 24]);
