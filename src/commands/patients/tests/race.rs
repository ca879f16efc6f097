//! Imports that are not alone: patients who sign in meanwhile, and other imports.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    JANE, NOW, everywhere,
    import::{BCRYPT, HEADER},
};
use crate::{
    commands::patients::{Account, Creation, account::username_key},
    flows::limits,
    outbox::Ctx,
    rules::names::PatientId,
    store::{
        StoreError,
        imports::{Import, Published},
        patients,
    },
    words::Words,
};

/// Rows for a race: every third active.
fn many(count: usize) -> String {
    let row = |n: usize| {
        let account = if n.is_multiple_of(3) { format!("user{n},{BCRYPT}") } else { ",".to_owned() };
        format!("P-{n},Jane,Doe,1987-03-14,p{n}@example.com,+1602555{:04},en,{account}\n", n % 10_000)
    };
    HEADER.to_owned() + "\n" + &(0..count).map(row).collect::<String>()
}

#[tokio::test]
async fn patients_sign_in_while_thousands_are_imported() {
    for place in everywhere().await {
        let account = Account::Foreign { username: "jane".to_owned(), hash: BCRYPT.into() };
        let Creation::Done(jane) = place.create(&JANE, &account).await else { panic!("refused") };
        let going = Arc::new(AtomicBool::new(true));
        let settings = Arc::new(place.registry.settings.clone());
        let ctx = Ctx { words: Words::new(&settings), settings, keys: place.registry.keys.clone() };
        let visitors: Vec<_> = (0..4)
            .map(|_| {
                let (store, going, ctx) = (place.registry.store.clone(), going.clone(), ctx.clone());
                tokio::spawn(async move {
                    let (mut signed_in, mut longest) = (0, Duration::ZERO);
                    while going.load(Ordering::Relaxed) {
                        let (began, ctx) = (Instant::now(), ctx.clone());
                        store.write(move |conn| signs_in(conn, &ctx, jane.id)).await.unwrap();
                        longest = longest.max(began.elapsed());
                        signed_in += 1;
                        tokio::task::yield_now().await;
                    }
                    (signed_in, longest)
                })
            })
            .collect();
        let report = place.import(&many(6000)).await;
        going.store(false, Ordering::Relaxed);
        for visitor in visitors {
            let (signed_in, longest) = visitor.await.unwrap();
            assert!(signed_in > 3, "nobody could sign in meanwhile");
            assert!(longest < Duration::from_secs(4), "a sign-in waited {longest:?}");
        }
        assert_eq!((report.imported, place.count().await), (6000, 6001));
    }
}

/// The reads and writes of a password post.
fn signs_in(conn: &mut crate::store::Conn, ctx: &Ctx, id: PatientId) -> Result<(), StoreError> {
    let key = username_key(&ctx.keys, "jane");
    assert!(patients::by_username(conn, &key)?.is_some());
    assert!(patients::any_foreign(conn)?);
    limits::Counter::account(ctx, &key).count(conn, NOW)?;
    limits::unlock(conn, ctx, id, Some(&key))?;
    patients::signed_in(conn, id, NOW, "Chrome/Windows", None, None)
}

#[tokio::test]
async fn of_two_imports_of_one_file_at_once_each_patient_comes_from_one() {
    for place in everywhere().await {
        let file = many(3000);
        let (one, other) = tokio::join!(place.import(&file), place.import(&file));
        assert_eq!((one.imported + other.imported, one.skipped + other.skipped), (3000, 3000));
        assert!(one.errors.is_empty() && other.errors.is_empty());
        assert_eq!((place.count().await, one.activations.len() + other.activations.len()), (3000, 2000));
    }
}

#[tokio::test]
async fn an_import_that_was_overtaken_changes_nothing_and_can_be_made_anew() {
    for place in everywhere().await {
        let link = place.registry.store.link().clone();
        let person = place.person(&JANE);
        let entry = crate::commands::patients::Entry::new(&place.registry.keys, &person, &Account::Waiting, NOW);
        let (mut import, laid) = (Import::open(&link).unwrap(), entry.clone());
        let lay_out = move |import: &mut Import| {
            import.begin().unwrap();
            import.lay_out(std::slice::from_ref(&laid.patient), &[laid.activation.clone().unwrap()]).unwrap();
        };
        lay_out(&mut import);
        assert!(place.patient("R-1").await.is_none(), "what is laid out is seen");
        place.create(&JANE, &Account::Waiting).await;
        assert_eq!(import.publish().unwrap(), Published::Overtaken);
        assert_eq!(import.known_records(&["R-1", "R-2"]).unwrap().len(), 1);
        let id = place.patient("R-1").await.unwrap().id;
        assert_ne!(id, entry.patient.id);
        place.registry.store.write(move |conn| remove(conn, id)).await.unwrap();
        lay_out(&mut import);
        assert_eq!(import.publish().unwrap(), Published::Done);
        assert_eq!(place.patient("R-1").await.unwrap().id, entry.patient.id);
    }
}

fn remove(conn: &mut crate::store::Conn, id: PatientId) -> Result<(), StoreError> {
    use diesel::RunQueryDsl as _;
    diesel::sql_query(format!("DELETE FROM patients WHERE id = {}", id.0)).execute(conn)?;
    Ok(())
}
