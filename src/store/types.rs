//! How our own types stand in columns: moments and ids as `BigInt`, closed lists as their written form.
//! Kept here so that the rules need not know diesel.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, Queryable},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::{BigInt, Nullable, SingleValue, Text},
};

use crate::rules::{
    moment::Moment,
    names::{
        AttemptId, Channel, CodeId, Delivery, DeviceId, Kind, Language, OutboxId, PatientId, Purpose, Scheme,
        SessionId, Status,
    },
};

macro_rules! column_type {
    // `$plain` is the standard type it is bound as, `$bind` makes it.
    ($type:ty, $sql:ty, $plain:ty, $bind:expr) => {
        column_type!(@expression $type, $sql, $plain, $bind);
        column_type!(@expression &$type, $sql, $plain, $bind);
        column_type!(@expression $type, Nullable<$sql>, $plain, $bind);
        column_type!(@expression &$type, Nullable<$sql>, $plain, $bind);
        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $type
        where
            $type: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <$type as ToSql<$sql, DB>>::to_sql(self, out)
            }
        }
        impl<DB: Backend, ST: SingleValue> Queryable<ST, DB> for $type
        where
            $type: FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
    (@expression $type:ty, $sql:ty, $plain:ty, $bind:expr) => {
        impl AsExpression<$sql> for $type {
            type Expression = <$plain as AsExpression<$sql>>::Expression;
            fn as_expression(self) -> Self::Expression {
                let bind: fn($type) -> $plain = $bind;
                AsExpression::<$sql>::as_expression(bind(self))
            }
        }
    };
}

macro_rules! as_number {
    ($($type:ident),+) => { $(
        column_type!($type, BigInt, i64, |value| value.0);
        impl<DB: Backend> ToSql<BigInt, DB> for $type
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <i64 as ToSql<BigInt, DB>>::to_sql(&self.0, out)
            }
        }
        impl<DB: Backend> FromSql<BigInt, DB> for $type
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
                <i64 as FromSql<BigInt, DB>>::from_sql(raw).map(Self)
            }
        }
    )+ };
}

macro_rules! as_written {
    ($($type:ident),+) => { $(
        column_type!($type, Text, &'static str, |value| value.as_str());
        impl<DB: Backend> ToSql<Text, DB> for $type
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)
            }
        }
        impl<DB: Backend> FromSql<Text, DB> for $type
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let text = <String as FromSql<Text, DB>>::from_sql(raw)?;
                Self::parse(&text).ok_or_else(|| format!("{} knows no {text:?}", stringify!($type)).into())
            }
        }
    )+ };
}

as_number!(Moment, PatientId, AttemptId, CodeId, OutboxId, SessionId, DeviceId);
as_written!(Language, Channel, Purpose, Status, Scheme, Delivery, Kind);
