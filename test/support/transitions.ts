import type { Transition } from '../../lambdas/platform/transition';
import { valueAt } from '../../lambdas/platform/transition';

interface Writer {
  write(id: string, transition: Transition): Promise<boolean>;
}

/**
 * The state that a transition leads to, of a conversation's work or of a voice; undefined for one that changes no
 * state.
 */
export const stateAfter = ({ to }: Transition): unknown => valueAt(to, 'work.state') ?? to['state'];

/** The same items, with what a test does around those writes that it means. */
export const around = <T extends Writer>(
  items: T,
  isMeant: (transition: Transition) => boolean,
  doAround: (write: () => Promise<boolean>, id: string) => Promise<boolean>,
): T => ({
  ...items,
  write: (id: string, transition: Transition) => {
    const write = (): Promise<boolean> => items.write(id, transition);
    return isMeant(transition) ? doAround(write, id) : write();
  },
});
