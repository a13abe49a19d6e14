import "i18next";

/** Makes every key a type: one line for each file of src/locales/en. */
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      booking: typeof import("../locales/en/booking.json");
      chart: typeof import("../locales/en/chart.json");
      common: typeof import("../locales/en/common.json");
      documents: typeof import("../locales/en/documents.json");
      emergency: typeof import("../locales/en/emergency.json");
      find: typeof import("../locales/en/find.json");
      nav: typeof import("../locales/en/nav.json");
      "own-record": typeof import("../locales/en/own-record.json");
      overview: typeof import("../locales/en/overview.json");
      problems: typeof import("../locales/en/problems.json");
      audit: typeof import("../locales/en/audit.json");
      auth: typeof import("../locales/en/auth.json");
      access: typeof import("../locales/en/access.json");
      account: typeof import("../locales/en/account.json");
      calendar: typeof import("../locales/en/calendar.json");
      admin: typeof import("../locales/en/admin.json");
      board: typeof import("../locales/en/board.json");
      deeds: typeof import("../locales/en/deeds.json");
      desk: typeof import("../locales/en/desk.json");
      home: typeof import("../locales/en/home.json");
      patients: typeof import("../locales/en/patients.json");
      privacy: typeof import("../locales/en/privacy.json");
      profile: typeof import("../locales/en/profile.json");
      record: typeof import("../locales/en/record.json");
      specialties: typeof import("../locales/en/specialties.json");
      research: typeof import("../locales/en/research.json");
      roles: typeof import("../locales/en/roles.json");
      schedule: typeof import("../locales/en/schedule.json");
      visit: typeof import("../locales/en/visit.json");
      visits: typeof import("../locales/en/visits.json");
      waitlist: typeof import("../locales/en/waitlist.json");
      waiting: typeof import("../locales/en/waiting.json");
      worklist: typeof import("../locales/en/worklist.json");
    };
  }
}
