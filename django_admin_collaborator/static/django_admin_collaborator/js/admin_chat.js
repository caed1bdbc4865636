/* django-admin-collaborator: built from frontend/chat.js, do not edit. */
"use strict";(()=>{})();
