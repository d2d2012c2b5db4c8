import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { offerUpload } from '../../samples/offer-upload';
import { build, environment } from './environment';

/** `POST /uploads`: offers a form for the upload of one sample. */
export const handler = signedRoute({ service: 'uploads', environment, build }, async (body, { deps }) =>
  answer(200, await offerUpload(body, deps)),
);
