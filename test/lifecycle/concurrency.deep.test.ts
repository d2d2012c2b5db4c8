import { useCallers } from '../support/lifecycle/callers';
import { describeCallersAtOnce } from '../support/lifecycle/callers-at-once';
import { describeCallsServed } from '../support/lifecycle/calls-served';

describeCallersAtOnce(50);

describe('calls that are served one by one', () => {
  const callers = useCallers();
  describeCallsServed(20, callers);
});
