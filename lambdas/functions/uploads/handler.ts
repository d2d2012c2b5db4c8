import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { offerUpload } from '../../samples/offer-upload';
import { build, environment } from './environment';

/** Handles `POST /uploads`: returns a form for uploading one sample. */
export const handler = signedRoute({ service: 'uploads', environment, build }, async (body, { deps }) =>
  answer(200, await offerUpload(body, deps)),
);
