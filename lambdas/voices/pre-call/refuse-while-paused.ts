import { ServiceError } from '../../platform/errors';

/** Seconds after which a sender should try again. */
const retryAfterS = 30;

/** Throws 503 `PAUSED` while an operator has paused the installation. */
export const refuseWhilePaused = async (isPaused: () => Promise<boolean>): Promise<void> => {
  if (!(await isPaused())) return;
  throw new ServiceError({
    code: 'PAUSED',
    message: `An operator has paused this installation, so that no voices are cloned. Retry after ${retryAfterS} s.`,
    retryAfterS,
  });
};
