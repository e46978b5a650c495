export const API_VERSION = 'flagger.app/v1beta1';
