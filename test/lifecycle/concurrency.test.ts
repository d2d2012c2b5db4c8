import { describeCallersAtOnce } from '../support/lifecycle/callers-at-once';

describeCallersAtOnce(12);
